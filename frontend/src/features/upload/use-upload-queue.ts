import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useClaims } from '@/lib/session';
import { uploadFile, type UploadStep } from './api/upload-file';

export type UploadItem = { key: number; name: string; file: File; step: UploadItemStep };
export type UploadItemStep = UploadStep | { state: 'waiting' } | { state: 'failed'; error: unknown };

export interface UploadQueue {
  items: UploadItem[];
  add: (files: Iterable<File>) => void;
  retry: (key: number) => void;
  /** Forget the list; what is under way is stopped. */
  clear: () => void;
}

const AT_ONCE = 2;
let nextKey = 1;

/** The files on their way to the server, two at a time; one failing does not stop the others. */
export function useUploadQueue(): UploadQueue {
  const queryClient = useQueryClient();
  const userId = useClaims()?.userId;
  const [items, setItems] = useState<UploadItem[]>([]);
  const started = useRef(new Set<number>());
  const abort = useRef(new AbortController());

  const setStep = useCallback((key: number, step: UploadItemStep) => {
    setItems((before) => before.map((item) => (item.key === key ? { ...item, step } : item)));
  }, []);

  useEffect(() => {
    if (userId === undefined) return;
    const busy = items.filter(
      (item) => isUnderWay(item) || (isWaiting(item) && started.current.has(item.key)),
    ).length;
    const next = items.filter((item) => isWaiting(item) && !started.current.has(item.key));
    for (const item of next.slice(0, Math.max(0, AT_ONCE - busy))) {
      started.current.add(item.key);
      const { signal } = abort.current;
      uploadFile(item.file, userId, (step) => setStep(item.key, step), signal)
        .then(() => queryClient.invalidateQueries({ queryKey: ['days'] }))
        .catch((error: unknown) => !signal.aborted && setStep(item.key, { state: 'failed', error }));
    }
  }, [items, userId, setStep, queryClient]);

  // Leaving the page while files are on their way would lose them without a word.
  const unfinished = items.some((item) => isWaiting(item) || isUnderWay(item));
  useEffect(() => {
    if (!unfinished) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [unfinished]);

  const add = useCallback((files: Iterable<File>) => {
    const added = [...files].map((file) => ({
      key: nextKey++,
      name: file.name,
      file,
      step: { state: 'waiting' as const },
    }));
    setItems((before) => [...before, ...added]);
  }, []);
  const retry = useCallback(
    (key: number) => {
      started.current.delete(key);
      setStep(key, { state: 'waiting' });
    },
    [setStep],
  );
  const clear = useCallback(() => {
    abort.current.abort();
    abort.current = new AbortController();
    setItems([]);
  }, []);

  return useMemo(() => ({ items, add, retry, clear }), [items, add, retry, clear]);
}

function isWaiting(item: UploadItem): boolean {
  return item.step.state === 'waiting';
}

export function isUnderWay(item: UploadItem): boolean {
  return ['hashing', 'sending', 'processing'].includes(item.step.state);
}
