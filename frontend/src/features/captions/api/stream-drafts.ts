import { api } from '@/lib/api-client';
import { ApiError } from '@/lib/api-error';
import type { Caption } from '@/lib/api-types';

export type DraftState = 'queued' | 'loading' | 'writing';

export interface DraftRequest {
  count: number;
  /** Ask again even for what was refused before. */
  force: boolean;
}

export interface DraftListener {
  onState: (state: DraftState) => void;
  onDraft: (draft: Caption) => void;
  /** A bit more of the sentence that is being written. */
  onToken: (text: string) => void;
}

/** Ask for drafts and hear of each as it comes. Resolves with how many came; throws ApiError. */
export function streamDrafts(
  hash: string,
  request: DraftRequest,
  listener: DraftListener,
  signal: AbortSignal,
): Promise<number> {
  return hearDrafts(api.stream(`/api/photos/${hash}/captions/`, request, signal), listener);
}

/** Read the events of a stream of drafts to its end. */
export async function hearDrafts(
  events: AsyncIterable<{ event: string; data: unknown }>,
  listener: DraftListener,
): Promise<number> {
  let drafts = 0;
  for await (const { event, data } of events) {
    if (event === 'status') listener.onState((data as { state: DraftState }).state);
    if (event === 'token') listener.onToken((data as { text?: string }).text ?? '');
    if (event === 'error') throw new ApiError(503, data as Record<string, unknown>);
    if (event === 'done') return drafts;
    if (event === 'draft') {
      drafts += 1;
      listener.onDraft(data as Caption);
    }
  }
  // The stream ended without saying so: the server went away in the middle.
  throw new ApiError(0, { code: 'network' });
}
