import { ActionIcon, Button, Group, Stack, Text } from '@mantine/core';
import { IconLibraryPhoto, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { AlbumHead } from '@/components/AlbumHead';
import { Dialog } from '@/components/Dialog';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PageLoader } from '@/components/PageLoader';
import { useNotify } from '@/components/use-notify';
import { ApiError } from '@/lib/api-error';
import type { Album } from '@/lib/api-types';
import { paths } from '@/lib/paths';
import { useAlbums, useDeleteAlbum, useRenameAlbum } from '../api/albums';
import { TitleDialog } from './TitleDialog';

/** One album: rename it, delete it, and `timeline`, which shows its photos. */
export function AlbumPage({ id, timeline }: { id: string; timeline: ReactNode }) {
  const { t } = useTranslation();
  const albums = useAlbums();
  const album = albums.data?.find((one) => String(one.id) === id);
  // The list may be older than the album.
  if (albums.isPending || (!album && albums.isFetching)) return <PageLoader />;
  if (!albums.data) return <ErrorNotice error={albums.error} onRetry={() => void albums.refetch()} />;
  if (!album) return <ErrorNotice error={new ApiError(404, {})} />;
  return (
    <>
      <AlbumHead
        back={{ to: paths.albums, label: t('albums.all') }}
        title={album.title}
        count={album.photo_count}
      >
        <Actions album={album} />
      </AlbumHead>
      {album.photo_count > 0 ? (
        timeline
      ) : (
        <EmptyState
          icon={<IconLibraryPhoto size={48} />}
          title={t('albums.emptyAlbumTitle')}
          hint={t('albums.emptyAlbumHint')}
        >
          <Button component={Link} to={paths.timeline}>
            {t('notFound.toPhotos')}
          </Button>
        </EmptyState>
      )}
    </>
  );
}

function Actions({ album }: { album: Album }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const rename = useRenameAlbum(album.id);
  const [open, setOpen] = useState<'rename' | 'delete' | null>(null);
  const close = () => setOpen(null);
  return (
    <Group gap={4} wrap="nowrap">
      <Action
        label={t('albums.rename')}
        onClick={() => {
          rename.reset();
          setOpen('rename');
        }}
      >
        <IconPencil size={20} aria-hidden />
      </Action>
      <Action label={t('albums.delete')} onClick={() => setOpen('delete')}>
        <IconTrash size={20} aria-hidden />
      </Action>
      {open === 'rename' && (
        <TitleDialog
          heading={t('albums.rename')}
          action={t('common.save')}
          title={album.title}
          pending={rename.isPending}
          error={rename.error}
          onClose={close}
          onSubmit={(title) =>
            rename.mutate(title, {
              onSuccess: () => {
                close();
                notify.say(t('albums.renamed', { title }));
              },
            })
          }
        />
      )}
      {open === 'delete' && <DeleteDialog album={album} onClose={close} />}
    </Group>
  );
}

function DeleteDialog({ album, onClose }: { album: Album; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const notify = useNotify();
  const { title } = album;
  const remove = useDeleteAlbum(album.id, () => {
    notify.say(t('albums.deleted', { title }));
    void navigate(paths.albums, { replace: true });
  });
  return (
    <Dialog opened={true} onClose={onClose} title={t('albums.deleteTitle', { title })}>
      <Stack gap="sm">
        <Text>{t('albums.deleteHint')}</Text>
        {remove.error && <ErrorNotice error={remove.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('common.cancel')}
          </Button>
          <Button color="red.9" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t('albums.deleteNow')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function Action({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <ActionIcon size="lg" variant="subtle" color="gray" aria-label={label} title={label} onClick={onClick}>
      {children}
    </ActionIcon>
  );
}
