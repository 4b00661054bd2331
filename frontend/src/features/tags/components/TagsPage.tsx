import { Alert, Title } from '@mantine/core';
import { IconHash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Navigate, useSearchParams } from 'react-router';
import { useTags } from '@/api/get-tags';
import { AlbumGrid } from '@/components/AlbumGrid';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PageLoader } from '@/components/PageLoader';
import { tagName } from '@/lib/hashtags';
import { paths } from '@/lib/paths';

/** All hashtag albums. With `?title=` it leads on to that one, as captions know only its name. */
export default function TagsPage() {
  const { t } = useTranslation();
  const [query] = useSearchParams();
  const tags = useTags();
  const wanted = query.get('title');

  if (tags.isPending) return <PageLoader />;
  if (!tags.data) return <ErrorNotice error={tags.error} onRetry={() => void tags.refetch()} />;
  const found = wanted && tags.data.find((tag) => sameTag(tag.title, wanted));
  if (found) return <Navigate to={paths.tag(found.id)} replace />;
  // The list may be older than the caption that was just clicked.
  if (wanted && tags.isFetching) return <PageLoader />;

  return (
    <>
      <Title order={1} size="h3" mb="md">
        {t('tags.title')}
      </Title>
      {wanted && (
        <Alert color="yellow" variant="light" mb="md">
          {t('tags.noneCalled', { tag: `#${wanted}` })}
        </Alert>
      )}
      {tags.data.length === 0 ? (
        <EmptyState icon={<IconHash size={48} />} title={t('tags.emptyTitle')} hint={t('tags.emptyHint')} />
      ) : (
        <AlbumGrid
          albums={tags.data.map((tag) => ({
            id: tag.id,
            to: paths.tag(tag.id),
            title: `#${tagName(tag.title)}`,
            count: tag.photo_count,
            cover: tag.cover_photos[0]?.image_hash,
          }))}
        />
      )}
    </>
  );
}

function sameTag(title: string, wanted: string): boolean {
  return tagName(title).toLocaleLowerCase() === tagName(wanted).toLocaleLowerCase();
}
