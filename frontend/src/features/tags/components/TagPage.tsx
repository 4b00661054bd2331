import { Anchor, Text, Title } from '@mantine/core';
import { IconHash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useTag } from '@/api/get-tags';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PageLoader } from '@/components/PageLoader';
import { PhotoGroups } from '@/components/PhotoGroups';
import { tagName } from '@/lib/hashtags';
import { paths } from '@/lib/paths';

/** The photos whose captions carry one hashtag. */
export default function TagPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const tag = useTag(id);
  if (tag.isPending) return <PageLoader />;
  if (!tag.data) return <ErrorNotice error={tag.error} onRetry={() => void tag.refetch()} />;
  const count = tag.data.grouped_photos.reduce((sum, group) => sum + group.items.length, 0);

  return (
    <>
      <Anchor component={Link} to={paths.tags} size="sm">
        {t('tags.all')}
      </Anchor>
      <Title order={1} size="h3">
        #{tagName(tag.data.title)}
      </Title>
      <Text c="dimmed" mb="md">
        {t('common.photos', { count })}
      </Text>
      {count ? (
        <PhotoGroups groups={tag.data.grouped_photos} source={{ kind: 'tag', id }} />
      ) : (
        <EmptyState
          icon={<IconHash size={48} />}
          title={t('tags.emptyTagTitle')}
          hint={t('tags.emptyHint')}
        />
      )}
    </>
  );
}
