import { useEffect, useRef, type PointerEvent, type SyntheticEvent } from 'react';

/** Shorter than what browsers take for their own menu (500 ms). */
const HOLD_MS = 450;
/** A finger is never quite still. */
const SLACK_PX = 10;

/** Handlers for an element that a finger or pen can hold; a mouse has Shift and boxes instead. */
export function useLongPress(onHold: (() => void) | undefined) {
  const timer = useRef(0);
  const start = useRef<{ x: number; y: number } | null>(null);
  const held = useRef(false);
  const end = () => window.clearTimeout(timer.current);
  useEffect(() => () => window.clearTimeout(timer.current), []);

  return {
    /** Whether the click that comes now is the end of a hold, and so no click. */
    wasHeld: () => {
      const was = held.current;
      held.current = false;
      return was;
    },
    handlers: {
      onPointerDown: (event: PointerEvent) => {
        end();
        held.current = false;
        start.current = null;
        if (!onHold || event.pointerType === 'mouse') return;
        start.current = { x: event.clientX, y: event.clientY };
        timer.current = window.setTimeout(() => {
          held.current = true;
          onHold();
        }, HOLD_MS);
      },
      onPointerMove: (event: PointerEvent) => {
        const from = start.current;
        if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > SLACK_PX) end();
      },
      onPointerUp: end,
      onPointerCancel: end,
      // The browser's menu of links would open over the page.
      onContextMenu: (event: SyntheticEvent) => {
        if (start.current) event.preventDefault();
      },
    },
  };
}
