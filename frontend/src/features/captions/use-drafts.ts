import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { storeCaption } from './api/get-captions';
import { streamDrafts, type DraftState } from './api/stream-drafts';

export type DraftPhase =
  | { state: 'idle' }
  | { state: DraftState }
  | { state: 'done'; count: number }
  | { state: 'failed'; error: unknown };

export interface Drafts {
  phase: DraftPhase;
  busy: boolean;
  request: (options?: { force?: boolean }) => void;
  stop: () => void;
}

const COUNT = 3;

/** Asking the model for drafts of a photo's caption; they land in the cached ledger as they come. */
export function useDrafts(hash: string): Drafts {
  const queryClient = useQueryClient();
  const [phase, setPhase] = useState<DraftPhase>({ state: 'idle' });
  const abort = useRef<AbortController | null>(null);
  const busy = ['queued', 'loading', 'writing'].includes(phase.state);

  // Leaving the photo stops the work for it.
  useEffect(() => () => abort.current?.abort(), [hash]);

  const request = useCallback(
    ({ force = false } = {}) => {
      abort.current?.abort();
      const controller = new AbortController();
      abort.current = controller;
      const tell = (next: DraftPhase) => abort.current === controller && setPhase(next);
      tell({ state: 'queued' });
      streamDrafts(
        hash,
        { count: COUNT, force },
        {
          onState: (state) => tell({ state }),
          onDraft: (draft) => storeCaption(queryClient, hash, draft),
        },
        controller.signal,
      )
        .then((count) => tell({ state: 'done', count }))
        .catch((error: unknown) => {
          if (!controller.signal.aborted) tell({ state: 'failed', error });
        });
    },
    [hash, queryClient],
  );
  const stop = useCallback(() => {
    abort.current?.abort();
    abort.current = null;
    setPhase({ state: 'idle' });
  }, []);

  return { phase, busy, request, stop };
}
