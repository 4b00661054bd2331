import { ActionIcon } from '@mantine/core';
import { IconFolderMinus, IconFolderPlus, IconPhotoStar } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Selection } from '@/components/photo-rows/use-selection';
import { useNotify } from '@/components/use-notify';
import { useOfferUndo } from '@/components/use-photo-edit';
import { useAddToAlbum, useSetCover, useTakeOutOfAlbum } from '../api/albums';
import { AddToAlbumDialog } from './AddToAlbumDialog';

/** What albums have to do with the marked photos; `albumId` is the album that one looks at, if any. */
export default function SelectionActions({
  selection,
  albumId = null,
}: {
  selection: Selection;
  albumId?: number | null;
}) {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  return (
    <>
      <Action label={t('albums.add')} onClick={() => setAdding(true)}>
        <IconFolderPlus size={20} aria-hidden />
      </Action>
      {albumId !== null && <InAlbum albumId={albumId} selection={selection} />}
      {adding && (
        <AddToAlbumDialog
          hashes={selection.hashes}
          onDone={selection.clear}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  );
}

function InAlbum({ albumId, selection }: { albumId: number; selection: Selection }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const offerUndo = useOfferUndo();
  const add = useAddToAlbum();
  const takeOut = useTakeOutOfAlbum(albumId, {
    onSuccess: (hashes) =>
      offerUndo(
        t('albums.takenOut', { count: hashes.length }),
        () => void add.mutateAsync({ id: albumId, hashes }).catch(notify.fail),
      ),
    onError: notify.fail,
  });
  const setCover = useSetCover(albumId);
  const { size: count, hashes } = selection;
  const [only] = hashes;
  return (
    <>
      {count === 1 && only !== undefined && (
        <Action
          label={t('albums.cover')}
          onClick={() =>
            setCover.mutate(only, {
              onSuccess: () => {
                notify.say(t('albums.isCover'));
                selection.clear();
              },
              onError: notify.fail,
            })
          }
        >
          <IconPhotoStar size={20} aria-hidden />
        </Action>
      )}
      <Action
        label={t('albums.takeOut')}
        onClick={() => {
          takeOut.mutate(hashes);
          selection.clear();
        }}
      >
        <IconFolderMinus size={20} aria-hidden />
      </Action>
    </>
  );
}

function Action({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <ActionIcon size="lg" variant="subtle" color="gray" aria-label={label} title={label} onClick={onClick}>
      {children}
    </ActionIcon>
  );
}
