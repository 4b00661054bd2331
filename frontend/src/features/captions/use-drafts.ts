import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { captionsKey, knownCaptionIds, storeCaption } from './api/get-captions';
import { streamDrafts, type DraftListener, type DraftRequest, type DraftResult } from './api/stream-drafts';
import {
  downloadOf,
  finished,
  isBusy,
  isRefusedBefore,
  toldState,
  toldText,
  type DraftPhase,
} from './draft-phase';

export interface Drafts {
  phase: DraftPhase;
  busy: boolean;
  /** Ask for drafts; without anything said, for the usual ones. */
  request: (wishes?: DraftRequest) => void;
  /** Ask for the same once more. */
  retry: () => void;
  stop: () => void;
}

const COUNT = 3;
const LOOK_AGAIN_MS = 2000;

/** Asking the model for drafts of a photo's caption; they land in the cached ledger as they come. */
export function useDrafts(hash: string): Drafts {
  const queryClient = useQueryClient();
  const [phase, setPhase] = useState<DraftPhase>({ state: 'idle' });
  const abort = useRef<AbortController | null>(null);
  const lastWishes = useRef<DraftRequest>({});

  // Leaving the photo stops the work for it.
  useEffect(() => () => abort.current?.abort(), [hash]);

  const request = useCallback(
    (wishes: DraftRequest = {}) => {
      abort.current?.abort();
      lastWishes.current = wishes;
      const controller = new AbortController();
      abort.current = controller;
      const tell = (next: (before: DraftPhase) => DraftPhase) => {
        if (abort.current === controller) setPhase(next);
      };
      tell(() => ({ state: 'queued', text: '' }));
      const listener = listenerFor(tell, queryClient, hash);
      // Said differently, it may turn out in words that stand there already.
      const known = wishes.from_draft === undefined ? null : knownCaptionIds(queryClient, hash);
      const ask = () => streamDrafts(hash, { count: COUNT, ...wishes }, listener, controller.signal);
      // How well drafts fit the picture is found out after they were told.
      void follow(ask, known, tell, controller.signal).then(() =>
        queryClient.invalidateQueries({ queryKey: captionsKey(hash) }),
      );
    },
    [hash, queryClient],
  );
  const retry = useCallback(() => request(lastWishes.current), [request]);
  const stop = useCallback(() => {
    abort.current?.abort();
    abort.current = null;
    setPhase({ state: 'idle' });
  }, []);

  return { phase, busy: isBusy(phase), request, retry, stop };
}

type Tell = (next: (before: DraftPhase) => DraftPhase) => void;

function listenerFor(tell: Tell, queryClient: QueryClient, hash: string): DraftListener {
  return {
    onState: (state) => tell((before) => toldState(before, state)),
    onToken: (text) => tell((before) => toldText(before, text)),
    onDraft: (draft) => storeCaption(queryClient, hash, draft),
  };
}

/** Ask; while the model is being downloaded, look again until it is there. */
async function follow(
  ask: () => Promise<DraftResult>,
  known: ReadonlySet<number> | null,
  tell: Tell,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const result = await ask();
      return tell(() => finished(result, known));
    } catch (error) {
      if (signal.aborted) return;
      if (isRefusedBefore(error)) return tell(() => finished({ order: [], rewrite: null }));
      const download = downloadOf(error);
      if (!download) return tell(() => ({ state: 'failed', error }));
      tell(() => download);
      await pause(LOOK_AGAIN_MS, signal);
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
