import { useEffect, useRef, type RefObject } from 'react';

/** Give an element the keyboard focus when it appears, where the person's last step asked for just that. */
export function useFocusOnMount<T extends HTMLElement>(wanted = true): RefObject<T | null> {
  const element = useRef<T>(null);
  const atMount = useRef(wanted);
  useEffect(() => {
    if (atMount.current) element.current?.focus();
  }, []);
  return element;
}
