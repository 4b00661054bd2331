import { useCallback, useEffect, useState } from 'react';

/** After how long a picture is asked for again: a server that restarts is back by then. */
const AGAIN_MS = [2_000, 8_000];

/**
 * A picture that is asked for again when it did not come. `key`: for the element, which asks anew with each one.
 * `missing`: it did not come in the end; `again` starts over.
 */
export function usePicture() {
  const [tries, setTries] = useState(0);
  const [failed, setFailed] = useState(false);
  const wait = AGAIN_MS[tries];

  useEffect(() => {
    if (!failed || wait === undefined) return;
    const timer = setTimeout(() => {
      setTries((before) => before + 1);
      setFailed(false);
    }, wait);
    return () => clearTimeout(timer);
  }, [failed, wait]);

  const onError = useCallback(() => setFailed(true), []);
  const again = useCallback(() => {
    setTries(0);
    setFailed(false);
  }, []);
  return { key: tries, failed, missing: failed && wait === undefined, onError, again };
}
