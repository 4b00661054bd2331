import { Button, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState, type PointerEvent, type WheelEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ServerFailure } from '@/components/ServerFailure';
import { usePicture } from '@/components/use-picture';
import type { Photo } from '@/lib/api-types';
import { media } from '@/lib/paths';
import classes from './PhotoPage.module.css';
import { usePhotoKeys } from './use-photo-keys';

const MAX_ZOOM = 6;
/** Of one press of a key. */
const ZOOM_STEP = 1.5;
const MOVE_PX = 120;
const FIT = { scale: 1, x: 0, y: 0 };

/** The picture or film itself: wheel, double click, two fingers or + and − zoom; dragging or Shift and arrows move. */
export function Stage({ photo, hash, alt, onSwipe }: Props) {
  const { t } = useTranslation();
  const [view, setView] = useState(FIT);
  const picture = usePicture();
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const start = useRef<{ x: number; y: number } | null>(null);
  const stage = useRef<HTMLDivElement>(null);

  const zoomTo = (scale: number, clientX: number, clientY: number) => {
    const box = stage.current?.getBoundingClientRect();
    const next = Math.min(MAX_ZOOM, Math.max(1, scale));
    if (!box || next === 1) return setView(FIT);
    // The point under the pointer stays where it is.
    const [px, py] = [clientX - box.left - box.width / 2, clientY - box.top - box.height / 2];
    setView((now) => ({
      scale: next,
      x: px - ((px - now.x) * next) / now.scale,
      y: py - ((py - now.y) * next) / now.scale,
    }));
  };

  // React listens to wheel passively, where the page could not be kept from scrolling.
  useEffect(() => {
    const element = stage.current;
    const stop = (event: Event) => event.preventDefault();
    element?.addEventListener('wheel', stop, { passive: false });
    return () => element?.removeEventListener('wheel', stop);
  }, []);

  // The middle stays where it is; the buttons of the page keep the arrows.
  const zoomBy = (factor: number) => {
    const box = stage.current?.getBoundingClientRect();
    if (box) zoomTo(view.scale * factor, box.left + box.width / 2, box.top + box.height / 2);
  };
  const moveBy = (x: number, y: number) =>
    setView((now) => (now.scale > 1 ? { ...now, x: now.x + x, y: now.y + y } : now));
  usePhotoKeys({
    '+': () => zoomBy(ZOOM_STEP),
    '-': () => zoomBy(1 / ZOOM_STEP),
    '0': () => setView(FIT),
    'Shift+ArrowLeft': () => moveBy(MOVE_PX, 0),
    'Shift+ArrowRight': () => moveBy(-MOVE_PX, 0),
    'Shift+ArrowUp': () => moveBy(0, MOVE_PX),
    'Shift+ArrowDown': () => moveBy(0, -MOVE_PX),
  });

  const onWheel = (event: WheelEvent) =>
    zoomTo(view.scale * Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
  const onPointerDown = (event: PointerEvent) => {
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    start.current = { x: event.clientX, y: event.clientY };
    if (view.scale > 1) event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent) => {
    const before = pointers.current.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, now);
    if (other) {
      const grow = distance(now, other) / Math.max(1, distance(before, other));
      zoomTo(view.scale * grow, (now.x + other.x) / 2, (now.y + other.y) / 2);
    } else if (view.scale > 1) {
      setView({ ...view, x: view.x + now.x - before.x, y: view.y + now.y - before.y });
    }
  };
  const onPointerUp = (event: PointerEvent) => {
    const alone = pointers.current.size === 1;
    pointers.current.delete(event.pointerId);
    const dx = start.current ? event.clientX - start.current.x : 0;
    const dy = start.current ? event.clientY - start.current.y : 0;
    const swiped = event.pointerType === 'touch' && alone && view.scale === 1;
    if (swiped && Math.abs(dx) > 60 && Math.abs(dx) > 2 * Math.abs(dy)) onSwipe(dx < 0 ? 'left' : 'right');
  };

  if (photo?.video) {
    return (
      <div className={classes.stage}>
        {/* Films of a family have no caption track; the photo's caption stands beside the film. */}
        {/* eslint-disable-next-line jsx-a11y/media-has-caption */}
        <video
          className={classes.picture}
          src={media.video(hash)}
          poster={media.big(hash)}
          controls
          aria-label={alt}
        />
      </div>
    );
  }
  return (
    // Zooming by pointer is an extra for sight; everything on the picture is said by its alt text.
    <div
      ref={stage}
      className={classes.stage}
      data-zoomed={view.scale > 1 || undefined}
      onWheel={onWheel}
      onDoubleClick={(event) => zoomTo(view.scale > 1 ? 1 : 2.5, event.clientX, event.clientY)}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={(event) => pointers.current.delete(event.pointerId)}
    >
      {picture.missing && (
        <Stack align="center" gap="xs" p="md" c="gray.3">
          <Text>{t('photo.noPicture')}</Text>
          {photo?.problem ? (
            <ServerFailure code="photo_broken" detail={photo.problem} />
          ) : (
            <Button size="compact-sm" variant="default" onClick={picture.again}>
              {t('common.tryAgain')}
            </Button>
          )}
        </Stack>
      )}
      {!picture.failed && (
        <img
          key={picture.key}
          className={classes.picture}
          src={media.big(hash)}
          alt={alt}
          draggable={false}
          width={photo?.width ?? undefined}
          height={photo?.height ?? undefined}
          style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }}
          onError={picture.onError}
        />
      )}
    </div>
  );
}

function distance(a: { x: number; y: number }, b: { x: number; y: number }): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

interface Props {
  photo: Photo | undefined;
  hash: string;
  alt: string;
  /** The finger went there. */
  onSwipe: (direction: 'left' | 'right') => void;
}
