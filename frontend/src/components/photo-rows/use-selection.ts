import { useCallback, useMemo, useRef, useState } from 'react';

export interface Selection {
  size: number;
  hashes: string[];
  has: (hash: string) => boolean;
  /** Select or unselect; with `range`, everything from the last one touched to this one. */
  toggle: (hash: string, range: boolean) => void;
  clear: () => void;
}

/** Photos a person has marked. `order` gives the loaded photos as they lie on the page, for ranges. */
export function useSelection(order: () => string[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);

  const toggle = useCallback(
    (hash: string, range: boolean) => {
      const from = last.current;
      last.current = hash;
      setChosen((before) => {
        const after = new Set(before);
        const between = range && from ? slice(order(), from, hash) : [];
        if (between.length) between.forEach((one) => after.add(one));
        else if (!after.delete(hash)) after.add(hash);
        return after;
      });
    },
    [order],
  );
  const clear = useCallback(() => {
    last.current = null;
    setChosen(new Set());
  }, []);

  return useMemo(
    () => ({ size: chosen.size, hashes: [...chosen], has: (hash) => chosen.has(hash), toggle, clear }),
    [chosen, toggle, clear],
  );
}

function slice(order: string[], from: string, to: string): string[] {
  const [a, b] = [order.indexOf(from), order.indexOf(to)];
  return a < 0 || b < 0 ? [] : order.slice(Math.min(a, b), Math.max(a, b) + 1);
}
