import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMonth } from '@/lib/dates';
import { photosIn, type Block } from '../blocks';
import classes from './Timeline.module.css';

const HIDE_AFTER_MS = 1200;

/** A handle at the side that jumps to any month: drag it, or focus it and use the arrow keys. */
export function DateScrubber({ blocks, onPick }: { blocks: Block[]; onPick: (index: number) => void }) {
  const { t, i18n } = useTranslation();
  const rail = useRef<HTMLDivElement>(null);
  const [position, setPosition] = useState(0);
  const active = useScrolling();
  const [dragging, setDragging] = useState(false);
  const starts = useMemo(() => photoStarts(blocks), [blocks]);
  const total = starts.total;

  if (blocks.length < 8) return null;

  const indexAt = (part: number) => {
    const wanted = part * total;
    const index = starts.list.findIndex((start) => start > wanted);
    return Math.max(0, index < 0 ? blocks.length - 1 : index - 1);
  };
  const label = (part: number) => {
    const date = blocks[indexAt(part)]?.parts[0]?.day.date;
    return date ? formatMonth(date, i18n.language) : t('timeline.undated');
  };
  const go = (part: number) => {
    const clamped = Math.min(1, Math.max(0, part));
    setPosition(clamped);
    onPick(indexAt(clamped));
  };
  const onPointer = (event: PointerEvent) => {
    const box = rail.current?.getBoundingClientRect();
    if (box) go((event.clientY - box.top) / box.height);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 0.02, ArrowUp: -0.02, PageDown: 0.1, PageUp: -0.1 };
    const step = steps[event.key];
    if (step !== undefined) go(position + step);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={rail}
      role="slider"
      tabIndex={0}
      className={classes.scrubber}
      data-active={active || dragging || undefined}
      aria-label={t('timeline.jump')}
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(position * 100)}
      aria-valuetext={label(position)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragging(true);
        onPointer(event);
      }}
      onPointerMove={(event) => dragging && onPointer(event)}
      onPointerUp={() => setDragging(false)}
      onPointerCancel={() => setDragging(false)}
    >
      <div className={classes.track} />
      {dragging && (
        <div className={classes.bubble} style={{ top: `${position * 100}%` }}>
          {label(position)}
        </div>
      )}
    </div>
  );
}

function photoStarts(blocks: Block[]): { list: number[]; total: number } {
  let total = 0;
  const list = blocks.map((block) => {
    const start = total;
    total += photosIn(block);
    return start;
  });
  return { list, total };
}

/** True while the page scrolls and shortly after. */
function useScrolling(): boolean {
  const [scrolling, setScrolling] = useState(false);
  useEffect(() => {
    let timer = 0;
    const onScroll = () => {
      setScrolling(true);
      window.clearTimeout(timer);
      timer = window.setTimeout(() => setScrolling(false), HIDE_AFTER_MS);
    };
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      window.removeEventListener('scroll', onScroll);
      window.clearTimeout(timer);
    };
  }, []);
  return scrolling;
}
