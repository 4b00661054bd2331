import { ActionIcon, Anchor, Button, CloseButton, Text } from '@mantine/core';
import { IconEye, IconEyeOff, IconStar, IconTrash, IconTrashOff, IconWand } from '@tabler/icons-react';
import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNotify } from '@/components/use-notify';
import { useEditWithUndo } from '@/components/use-photo-edit';
import { Link } from 'react-router';
import type { PhotoEdit } from '@/api/edit-photos';
import { MODEL_OFF, useSiteSettings } from '@/api/get-site-settings';
import type { Selection } from '@/components/photo-rows/use-selection';
import { paths, type TimelineFilter } from '@/lib/paths';
import { useDraftForPhotos } from '../api/draft-for-photos';
import classes from './Timeline.module.css';

/** What can be done with the marked photos. */
export default function SelectionBar({
  selection,
  filter,
  children,
}: {
  selection: Selection;
  filter: TimelineFilter;
  /** Further actions. */
  children?: React.ReactNode;
}) {
  const { t } = useTranslation();
  const notify = useNotify();
  const edit = useEditWithUndo();
  const draft = useDraftForPhotos();
  const captionsOff = useSiteSettings().data?.captioning_model === MODEL_OFF;
  const count = selection.size;

  useEscape(selection.clear);

  const { error } = selection;
  const tellError = useEffectEvent(() => notify.fail(error));
  useEffect(() => {
    if (error) tellError();
  }, [error]);

  const apply = (kind: PhotoEdit['kind'], value: boolean) =>
    edit({ kind, hashes: selection.hashes, value }, selection.clear);
  const startDrafts = () =>
    draft.mutate(selection.hashes, {
      onSuccess: ({ job_id }) => {
        notify.say(
          <>
            {t('selection.drafted', { count })}{' '}
            <Anchor component={Link} to={paths.job(job_id)} size="sm">
              {t('captions.toJob')}
            </Anchor>
          </>,
        );
        selection.clear();
      },
      onError: notify.fail,
    });

  const hidden = filter === 'hidden';
  const trashed = filter === 'trash';
  return (
    <div
      className={classes.bar}
      role="toolbar"
      aria-label={t('selection.toolbar')}
      aria-busy={selection.pending}
    >
      <CloseButton onClick={selection.clear} aria-label={t('selection.clear')} />
      <Text fw={600} className={classes.count} role="status">
        {t(selection.pending ? 'selection.counting' : 'selection.count', { count })}
      </Text>
      {/* What is done is done to all of the range, so it waits until the range is whole. */}
      <fieldset className={classes.actions} disabled={selection.pending}>
        {!captionsOff && !trashed && (
          <Button
            variant="default"
            leftSection={<IconWand size={18} aria-hidden />}
            loading={draft.isPending}
            onClick={startDrafts}
          >
            {t('selection.draft')}
          </Button>
        )}
        {children}
        {!trashed && (
          <Action label={t('photo.favorite')} onClick={() => apply('favorite', true)}>
            <IconStar size={20} aria-hidden />
          </Action>
        )}
        {!trashed && (
          <Action label={hidden ? t('photo.unhide') : t('photo.hide')} onClick={() => apply('hide', !hidden)}>
            {hidden ? <IconEye size={20} aria-hidden /> : <IconEyeOff size={20} aria-hidden />}
          </Action>
        )}
        <Action
          label={trashed ? t('photo.restore') : t('photo.trash')}
          onClick={() => apply('trash', !trashed)}
        >
          {trashed ? <IconTrashOff size={20} aria-hidden /> : <IconTrash size={20} aria-hidden />}
        </Action>
      </fieldset>
    </div>
  );
}

function Action({
  label,
  onClick,
  children,
}: {
  label: string;
  onClick: () => void;
  children: React.ReactNode;
}) {
  return (
    <ActionIcon size="lg" variant="subtle" color="gray" aria-label={label} title={label} onClick={onClick}>
      {children}
    </ActionIcon>
  );
}

/** Esc does it, unless it is meant for a dialog or menu over the page. */
function useEscape(action: () => void) {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      if (!document.querySelector('[aria-modal=true], [role=menu]')) action();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [action]);
}
