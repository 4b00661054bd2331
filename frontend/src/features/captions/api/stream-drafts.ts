import { api } from '@/lib/api-client';
import { ApiError } from '@/lib/api-error';
import type { Caption } from '@/lib/api-types';

export type DraftState = 'queued' | 'loading' | 'writing';

export interface DraftRequest {
  count: number;
  /** Ask again even for what was refused before. */
  force: boolean;
}

interface Listener {
  onState: (state: DraftState) => void;
  onDraft: (draft: Caption) => void;
}

/** Ask for drafts and hear of each as it comes. Resolves with how many came; throws ApiError. */
export async function streamDrafts(
  hash: string,
  request: DraftRequest,
  listener: Listener,
  signal: AbortSignal,
): Promise<number> {
  let drafts = 0;
  for await (const { event, data } of api.stream(`/api/photos/${hash}/captions/`, request, signal)) {
    if (event === 'status') listener.onState((data as { state: DraftState }).state);
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
