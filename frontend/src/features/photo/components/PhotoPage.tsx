import { ActionIcon, VisuallyHidden, type ActionIconProps } from '@mantine/core';
import {
  IconArrowLeft,
  IconChevronLeft,
  IconChevronRight,
  IconEye,
  IconEyeOff,
  IconStar,
  IconStarFilled,
  IconTrash,
  IconTrashOff,
} from '@tabler/icons-react';
import { useEffect, type ReactNode, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { useEditWithUndo } from '@/components/use-photo-edit';
import { type PhotoEdit } from '@/api/edit-photos';
import { usePhoto } from '@/api/get-photo';
import { useMe } from '@/api/get-user';
import { ErrorNotice } from '@/components/ErrorNotice';
import { formatTaken } from '@/lib/dates';
import { media, type PhotoSource } from '@/lib/paths';
import { useClaims } from '@/lib/session';
import { useFocusOnMount } from '@/lib/use-focus-on-mount';
import { usePageTitle } from '@/lib/use-page-title';
import { useNeighbours } from '../api/get-neighbours';
import { PhotoFacts } from './PhotoFacts';
import classes from './PhotoPage.module.css';
import { Stage } from './Stage';
import { usePhotoKeys } from './use-photo-keys';

/** One photo over the whole window: picture, caption, facts; its neighbours are one key away. */
export function PhotoPage({ hash, source, caption, onClose, onGoTo, onEdit, onDraft }: Props) {
  const { t, i18n } = useTranslation();
  const photo = usePhoto(hash);
  const me = useMe();
  const edit = useEditWithUndo();
  const { previous, next } = useNeighbours(source, hash);
  const closeButton = useFocusOnMount<HTMLButtonElement>();
  const data = photo.data;
  const favorite = data !== undefined && data.rating >= (me.data?.favorite_min_rating ?? 4);
  const userId = useClaims()?.userId;
  const mine = data !== undefined && data.owner.id === userId;

  const apply = (kind: PhotoEdit['kind'], value: boolean, leaves: boolean) =>
    edit({ kind, hashes: [hash], value }, () => leaves && goOn(next ?? previous), kind === 'favorite');
  const goOn = (to: string | null) => (to ? onGoTo(to) : onClose());
  const step = (direction: 'next' | 'previous') => {
    const to = direction === 'next' ? next : previous;
    if (to) onGoTo(to);
  };

  const toggleFavorite = () =>
    apply('favorite', !favorite, source.kind === 'timeline' && source.filter === 'favorites');
  // Where one reads from right to left, what follows is at the left.
  const rightToLeft = i18n.dir() === 'rtl';
  const [back, forth] = rightToLeft ? ['→', '←'] : ['←', '→'];

  usePhotoKeys({
    ArrowLeft: () => step(rightToLeft ? 'next' : 'previous'),
    ArrowRight: () => step(rightToLeft ? 'previous' : 'next'),
    Escape: onClose,
    f: () => mine && toggleFavorite(),
    e: () => mine && onEdit(),
    g: () => mine && onDraft(),
  });
  usePreload([next, previous]);
  useLockedScroll();

  const text = data?.captions_json.user_caption?.trim();
  const alt =
    text ||
    (data?.exif_timestamp
      ? t('photo.labelWithDate', {
          kind: t('photo.photo'),
          date: formatTaken(data.exif_timestamp, i18n.language),
        })
      : t('photo.photo'));

  usePageTitle(alt);

  return (
    <div className={classes.page} role="dialog" aria-modal="true" aria-label={t('photo.photo')}>
      <VisuallyHidden component="h1">{alt}</VisuallyHidden>
      <div className={classes.left}>
        <Stage
          key={hash}
          photo={data}
          hash={hash}
          alt={alt}
          onSwipe={(to) =>
            step(to === 'left' ? (rightToLeft ? 'previous' : 'next') : rightToLeft ? 'next' : 'previous')
          }
        />
        <div className={classes.bar}>
          <StageButton label={t('photo.close')} onClick={onClose} ref={closeButton}>
            <IconArrowLeft size={22} className="mirrored" aria-hidden />
          </StageButton>
          <div style={{ flex: 1, pointerEvents: 'none' }} />
          {data && mine && (
            <>
              <StageButton label={t('photo.favorite')} pressed={favorite} onClick={toggleFavorite}>
                {favorite ? <IconStarFilled size={20} aria-hidden /> : <IconStar size={20} aria-hidden />}
              </StageButton>
              <StageButton
                label={data.hidden ? t('photo.unhide') : t('photo.hide')}
                onClick={() => apply('hide', !data.hidden, true)}
              >
                {data.hidden ? <IconEye size={20} aria-hidden /> : <IconEyeOff size={20} aria-hidden />}
              </StageButton>
              <StageButton
                label={data.in_trashcan ? t('photo.restore') : t('photo.trash')}
                onClick={() => apply('trash', !data.in_trashcan, true)}
              >
                {data.in_trashcan ? (
                  <IconTrashOff size={20} aria-hidden />
                ) : (
                  <IconTrash size={20} aria-hidden />
                )}
              </StageButton>
            </>
          )}
        </div>
        {previous && (
          <StageButton
            label={t('photo.previous', { key: back })}
            onClick={() => step('previous')}
            side="inset-inline-start"
          >
            <IconChevronLeft size={24} className="mirrored" aria-hidden />
          </StageButton>
        )}
        {next && (
          <StageButton
            label={t('photo.next', { key: forth })}
            onClick={() => step('next')}
            side="inset-inline-end"
          >
            <IconChevronRight size={24} className="mirrored" aria-hidden />
          </StageButton>
        )}
      </div>
      <aside className={classes.side} aria-label={t('photo.about')}>
        {photo.error && <ErrorNotice error={photo.error} onRetry={() => void photo.refetch()} />}
        {data && caption}
        {data && <PhotoFacts photo={data} />}
      </aside>
    </div>
  );
}

function StageButton({ label, side, pressed, children, ...props }: StageButtonProps) {
  return (
    <ActionIcon
      variant="transparent"
      size={42}
      radius="xl"
      className={side ? `${classes.button} ${classes.step}` : classes.button}
      style={side === 'inset-inline-start' ? { insetInlineStart: 10 } : side && { insetInlineEnd: 10 }}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      {...props}
    >
      {children}
    </ActionIcon>
  );
}

function usePreload(hashes: (string | null)[]) {
  const key = hashes.join();
  useEffect(() => {
    for (const hash of key.split(',').filter(Boolean)) new Image().src = media.big(hash);
  }, [key]);
}

/** The page under this one keeps its place. */
function useLockedScroll() {
  useEffect(() => {
    const { overflow } = document.body.style;
    document.body.style.overflow = 'hidden';
    return () => {
      document.body.style.overflow = overflow;
    };
  }, []);
}

interface StageButtonProps extends ActionIconProps {
  label: string;
  side?: 'inset-inline-start' | 'inset-inline-end';
  pressed?: boolean;
  ref?: Ref<HTMLButtonElement>;
  onClick: () => void;
  children: ReactNode;
}

interface Props {
  hash: string;
  source: PhotoSource;
  /** The caption's own panel. */
  caption: ReactNode;
  onClose: () => void;
  onGoTo: (hash: string) => void;
  onEdit: () => void;
  onDraft: () => void;
}
