import { api } from '@/lib/api-client';
import { ApiError } from '@/lib/api-error';
import type { Caption, RewriteOutcome } from '@/lib/api-types';

export type DraftState = 'queued' | 'loading' | 'writing' | 'rewriting';

export interface DraftRequest {
  count?: number;
  /** Ask again even for what was refused before. */
  force?: boolean;
  /** Say this row differently, without looking at the photo again. */
  from_draft?: number;
  rewrite?: boolean;
  style?: 'plain' | 'factual';
  length?: 'short' | 'medium' | 'long';
  tone?: 'neutral' | 'warm';
  language?: string;
}

/** What came of a request: the drafts' ids, best first, and what became of the wish to have them rewritten. */
export interface DraftResult {
  order: number[];
  rewrite: RewriteOutcome | null;
}

export interface DraftListener {
  onState: (state: DraftState) => void;
  onDraft: (draft: Caption) => void;
  /** A bit more of the sentence that is being written. */
  onToken: (text: string) => void;
}

/** Ask for drafts and hear of each as it comes. Throws ApiError. */
export function streamDrafts(
  hash: string,
  request: DraftRequest,
  listener: DraftListener,
  signal: AbortSignal,
): Promise<DraftResult> {
  return hearDrafts(api.stream(`/api/photos/${hash}/captions/`, request, signal), listener);
}

/** Read the events of a stream of drafts to its end. */
export async function hearDrafts(
  events: AsyncIterable<{ event: string; data: unknown }>,
  listener: DraftListener,
): Promise<DraftResult> {
  const order: number[] = [];
  for await (const { event, data } of events) {
    if (event === 'status') listener.onState((data as { state: DraftState }).state);
    if (event === 'token') listener.onToken((data as { text?: string }).text ?? '');
    if (event === 'error') throw new ApiError(503, data as Record<string, unknown>);
    if (event === 'done') return { order, rewrite: null, ...(data as Partial<DraftResult>) };
    if (event === 'draft') order.push((data as Caption).id);
    if (event === 'draft' || event === 'held_back') listener.onDraft(data as Caption);
  }
  // The stream ended without saying so: the server went away in the middle.
  throw new ApiError(0, { code: 'network' });
}
