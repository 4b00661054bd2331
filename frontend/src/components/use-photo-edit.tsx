import { notifications } from '@mantine/notifications';
import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useEditPhotos, type PhotoEdit } from '@/api/edit-photos';
import { useNotify } from './use-notify';

/** Long enough to read it and to reach the button; it stays while the pointer is on it. */
const UNDO_MS = 10_000;

/** Say what was done, with a button that takes it back. */
export function useOfferUndo(): (message: string, undo: () => void) => void {
  const { t } = useTranslation();
  return (message, undo) => {
    const id = notifications.show({
      autoClose: UNDO_MS,
      closeButtonProps: { 'aria-label': t('common.close') },
      message: (
        <Group justify="space-between" wrap="nowrap" gap="sm">
          <Text size="sm">{message}</Text>
          <Button
            size="compact-sm"
            variant="light"
            onClick={() => {
              notifications.hide(id);
              undo();
            }}
          >
            {t('common.undo')}
          </Button>
        </Group>
      ),
    });
  };
}

/**
 * Favourite, hide or trash photos. `quiet` says nothing of it, for what shows on the page; else it can be undone.
 *
 * `onDone` is called when the server has done it; a refusal is told by itself.
 */
export function useEditWithUndo(): (edit: PhotoEdit, onDone?: () => void, quiet?: boolean) => void {
  const { t } = useTranslation();
  const notify = useNotify();
  const offerUndo = useOfferUndo();
  const edits = useEditPhotos();
  // Promises and not the callbacks of `mutate`, which are not called when the page has gone meanwhile.
  const send = (edit: PhotoEdit) => edits.mutateAsync(edit).catch(notify.fail);
  return (edit, onDone, quiet = false) =>
    void send(edit).then((result) => {
      if (!result) return;
      onDone?.();
      // Only what this has changed is changed back.
      const hashes = result.updated.map((photo) => photo.image_hash);
      if (quiet || !hashes.length) return;
      offerUndo(
        t(`edits.${edit.kind}.${edit.value ? 'on' : 'off'}`, { count: hashes.length }),
        () => void send({ ...edit, hashes, value: !edit.value }),
      );
    });
}
