import { IconPlayerPlayFilled, IconStarFilled } from '@tabler/icons-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import type { GridPhoto } from '@/lib/api-types';
import { formatTaken } from '@/lib/dates';
import { media, paths, type PhotoSource } from '@/lib/paths';
import { usePicture } from '../use-picture';
import classes from './PhotoRows.module.css';
import { useLongPress } from './use-long-press';
import type { Selection } from './use-selection';

export const PhotoTile = memo(function PhotoTile({ photo, source, selection }: Props) {
  const { t, i18n } = useTranslation();
  const location = useLocation();
  const picture = usePicture();
  const label = describe();
  const selected = selection?.has(photo.id) ?? false;
  const selecting = (selection?.size ?? 0) > 0;

  // As with Shift: the first one is selected, the next one takes all between along.
  const press = useLongPress(selection && (() => selection.toggle(photo.id, true)));

  function describe(): string {
    if (photo.caption) return photo.caption;
    const kind = photo.type === 'video' ? t('photo.video') : t('photo.photo');
    return photo.date
      ? t('photo.labelWithDate', { kind, date: formatTaken(photo.date, i18n.language) })
      : kind;
  }

  return (
    <div
      className={classes.tile}
      data-selected={selected || undefined}
      data-selecting={selecting || undefined}
    >
      <Link
        to={paths.photo(photo.id, source)}
        state={{ background: location }}
        className={classes.link}
        style={{ backgroundColor: photo.dominantColor || undefined }}
        aria-label={label}
        aria-keyshortcuts={selection && 'Space x'}
        {...press.handlers}
        onKeyDown={(event) => {
          if (!selection || event.ctrlKey || event.altKey || event.metaKey) return;
          if (event.key !== ' ' && event.key.toLowerCase() !== 'x') return;
          event.preventDefault();
          selection.toggle(photo.id, event.shiftKey);
        }}
        onClick={(event) => {
          if (press.wasHeld()) {
            event.preventDefault();
            return;
          }
          if (!selection || !(selecting || event.shiftKey)) return;
          event.preventDefault();
          selection.toggle(photo.id, event.shiftKey);
        }}
      >
        {picture.missing && <span className={classes.missing}>{t('photo.noPicture')}</span>}
        {!picture.failed && (
          <img
            key={picture.key}
            src={media.tile(photo.id)}
            alt=""
            loading="lazy"
            decoding="async"
            draggable={false}
            onError={picture.onError}
          />
        )}
        {photo.type === 'video' && <IconPlayerPlayFilled className={classes.play} size={22} aria-hidden />}
        {(photo.rating ?? 0) >= 4 && <IconStarFilled className={classes.star} size={16} aria-hidden />}
      </Link>
      {selection && (
        // Not Mantine's: a timeline makes hundreds of them while it scrolls.
        <input
          type="checkbox"
          className={classes.check}
          checked={selected}
          aria-label={t('selection.select', { label })}
          onChange={(event) => selection.toggle(photo.id, (event.nativeEvent as MouseEvent).shiftKey)}
        />
      )}
    </div>
  );
});

interface Props {
  photo: GridPhoto;
  source: PhotoSource;
  selection?: Selection;
}
