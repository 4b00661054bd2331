import { useEffect, useRef } from 'react';

type Keys = Record<string, () => unknown>;

/** Single keys of the photo page; silent while a person types or holds Ctrl, Alt or Meta. */
export function usePhotoKeys(keys: Keys): void {
  const current = useRef(keys);
  useEffect(() => {
    current.current = keys;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target))
        return;
      // Shift makes letters and signs, so it counts only with keys that write nothing.
      const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const action = current.current[event.shiftKey && event.key.length > 1 ? `Shift+${name}` : name];
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  // Sliders, stars and menus use the arrow keys themselves.
  return (
    target.isContentEditable || target.closest('input, textarea, select, [role=slider], [role=menu]') !== null
  );
}
