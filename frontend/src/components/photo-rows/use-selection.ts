import { useCallback, useMemo, useRef, useState } from 'react';

export interface Selection {
  size: number;
  hashes: string[];
  has: (hash: string) => boolean;
  /** Photos of a range are being looked up that were not on the page yet. */
  pending: boolean;
  /** Why a range could not be looked up whole. */
  error: Error | null;
  /** Select or unselect; with `range`, everything from the last one touched to this one. */
  toggle: (hash: string, range: boolean) => void;
  clear: () => void;
}

/** Photos as they lie on the page. */
export interface PhotoOrder {
  /** Those that are loaded. */
  loaded: () => string[];
  /** Load what is missing between two loaded ones; null when nothing is. */
  load?: (from: string, to: string) => Promise<unknown> | null;
}

/** Photos a person has marked. */
export function useSelection({ loaded, load }: PhotoOrder): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const last = useRef<string | null>(null);
  /** Counts ranges and clearings, so that a range that comes late is told from the one that is wanted now. */
  const turn = useRef(0);

  const toggle = useCallback(
    (hash: string, range: boolean) => {
      const from = last.current;
      last.current = hash;
      const between = range && from ? slice(loaded(), from, hash) : [];
      setChosen((before) => {
        const after = new Set(before);
        if (between.length) between.forEach((one) => after.add(one));
        else if (!after.delete(hash)) after.add(hash);
        return after;
      });
      const missing = between.length && from ? load?.(from, hash) : null;
      if (!missing || !from) return;
      const mine = ++turn.current;
      setPending(true);
      setError(null);
      missing
        .then(() => {
          if (turn.current === mine)
            setChosen((before) => new Set([...before, ...slice(loaded(), from, hash)]));
        })
        .catch((reason: unknown) => {
          if (turn.current === mine) setError(reason instanceof Error ? reason : new Error(String(reason)));
        })
        .finally(() => {
          if (turn.current === mine) setPending(false);
        });
    },
    [loaded, load],
  );
  const clear = useCallback(() => {
    last.current = null;
    turn.current += 1;
    setPending(false);
    setError(null);
    setChosen(new Set());
  }, []);

  return useMemo(
    () => ({
      size: chosen.size,
      hashes: [...chosen],
      has: (hash) => chosen.has(hash),
      pending,
      error,
      toggle,
      clear,
    }),
    [chosen, pending, error, toggle, clear],
  );
}

function slice(order: string[], from: string, to: string): string[] {
  const [a, b] = [order.indexOf(from), order.indexOf(to)];
  return a < 0 || b < 0 ? [] : order.slice(Math.min(a, b), Math.max(a, b) + 1);
}
