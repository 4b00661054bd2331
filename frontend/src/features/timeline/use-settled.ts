import { useEffect, useState } from 'react';

/** A block that flies by while one scrolls fast is not worth a request. */
const SETTLE_MS = 120;

/** False when a component has just appeared, true from a moment later on. */
export function useSettled(): boolean {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), SETTLE_MS);
    return () => clearTimeout(timer);
  }, []);
  return settled;
}
