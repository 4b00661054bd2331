import { Button, Group, Title } from '@mantine/core';
import { IconLibraryPhoto, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { AlbumGrid } from '@/components/AlbumGrid';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PageLoader } from '@/components/PageLoader';
import { paths } from '@/lib/paths';
import { useAlbums, useCreateAlbum } from '../api/albums';
import { TitleDialog } from './TitleDialog';

/** The albums that one has put together. */
export default function AlbumsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const albums = useAlbums();
  const create = useCreateAlbum();
  const [asking, setAsking] = useState(false);

  if (albums.isPending) return <PageLoader />;
  if (!albums.data) return <ErrorNotice error={albums.error} onRetry={() => void albums.refetch()} />;
  const add = (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAsking(true)}>
      {t('albums.new')}
    </Button>
  );
  return (
    <>
      <Group justify="space-between" mb="md">
        <Title order={1} size="h3">
          {t('albums.title')}
        </Title>
        {albums.data.length > 0 && add}
      </Group>
      {albums.data.length === 0 ? (
        <EmptyState
          icon={<IconLibraryPhoto size={48} />}
          title={t('albums.emptyTitle')}
          hint={t('albums.emptyHint')}
        >
          {add}
        </EmptyState>
      ) : (
        <AlbumGrid
          albums={albums.data.map((album) => ({
            id: album.id,
            to: paths.album(album.id),
            title: album.title,
            count: album.photo_count,
            cover: album.cover_photos[0]?.image_hash,
          }))}
        />
      )}
      {asking && (
        <TitleDialog
          heading={t('albums.new')}
          action={t('albums.create')}
          pending={create.isPending}
          error={create.error}
          onClose={() => setAsking(false)}
          onSubmit={(title) =>
            create.mutate(
              { title, hashes: [] },
              { onSuccess: (album) => void navigate(paths.album(album.id)) },
            )
          }
        />
      )}
    </>
  );
}
