import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Dialog } from '@/components/Dialog';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PageLoader } from '@/components/PageLoader';
import { useNotify } from '@/components/use-notify';
import type { EditedAlbum } from '@/lib/api-types';
import { media, paths } from '@/lib/paths';
import { useAddToAlbum, useAlbums, useCreateAlbum } from '../api/albums';
import classes from './AddToAlbumDialog.module.css';
import { LONGEST_TITLE } from './TitleDialog';

/** Put photos into an album that is there, or into a new one. */
export function AddToAlbumDialog({ hashes, onDone, onClose }: Props) {
  const { t } = useTranslation();
  const notify = useNotify();
  const albums = useAlbums();
  const add = useAddToAlbum();
  const create = useCreateAlbum();
  const [title, setTitle] = useState('');
  const count = hashes.length;
  const error = add.error ?? create.error ?? (albums.data ? null : albums.error);

  const onSuccess = (album: EditedAlbum) => {
    notify.say(
      <>
        {t('albums.added', { count, title: album.title })}{' '}
        <Anchor component={Link} to={paths.album(album.id)} size="sm">
          {t('albums.open')}
        </Anchor>
      </>,
    );
    onClose();
    onDone();
  };
  return (
    <Dialog opened={true} title={t('albums.addTitle', { count })} onClose={onClose}>
      <Stack gap="md">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (title.trim()) create.mutate({ title: title.trim(), hashes }, { onSuccess });
          }}
        >
          <Group gap="xs" align="flex-end" wrap="nowrap">
            <TextInput
              flex={1}
              label={t('albums.new')}
              value={title}
              onChange={(event) => setTitle(event.currentTarget.value)}
              maxLength={LONGEST_TITLE}
              autoComplete="off"
              dir="auto"
            />
            <Button type="submit" loading={create.isPending} disabled={!title.trim()}>
              {t('albums.create')}
            </Button>
          </Group>
        </form>
        {error && <ErrorNotice error={error} />}
        {albums.isPending && <PageLoader />}
        {albums.data && albums.data.length > 0 && (
          <ul className={classes.list} aria-label={t('albums.title')}>
            {albums.data.map((album) => (
              <li key={album.id}>
                <button
                  type="button"
                  className={classes.album}
                  disabled={add.isPending}
                  onClick={() => add.mutate({ id: album.id, hashes }, { onSuccess })}
                >
                  <span className={classes.cover}>
                    {album.cover_photos[0] && (
                      <img src={media.tile(album.cover_photos[0].image_hash)} alt="" loading="lazy" />
                    )}
                  </span>
                  <span style={{ minWidth: 0 }}>
                    <Text component="span" fw={600} display="block" truncate dir="auto">
                      {album.title}
                    </Text>
                    <Text component="span" size="sm" c="dimmed">
                      {t('common.photos', { count: album.photo_count })}
                    </Text>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </Stack>
    </Dialog>
  );
}

interface Props {
  hashes: string[];
  /** After the photos are in the album. */
  onDone: () => void;
  onClose: () => void;
}
