import { IconHash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTags } from '@/api/get-tags';
import { AlbumHead } from '@/components/AlbumHead';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PageLoader } from '@/components/PageLoader';
import { tagName } from '@/lib/hashtags';
import { paths } from '@/lib/paths';

/** The photos whose captions carry one hashtag; `timeline` shows them. */
export function TagPage({ id, timeline }: { id: string; timeline: ReactNode }) {
  const { t } = useTranslation();
  const tags = useTags();
  const tag = tags.data?.find((one) => String(one.id) === id);
  // A list from before the caption was saved does not know its hashtag.
  if (tags.isPending || (!tag && tags.isFetching)) return <PageLoader />;
  if (!tags.data) return <ErrorNotice error={tags.error} onRetry={() => void tags.refetch()} />;
  if (!tag)
    return (
      <EmptyState
        order={1}
        icon={<IconHash size={48} />}
        title={t('tags.emptyTagTitle')}
        hint={t('tags.emptyHint')}
      />
    );
  return (
    <>
      <AlbumHead
        back={{ to: paths.tags, label: t('tags.all') }}
        title={`#${tagName(tag.title)}`}
        count={tag.photo_count}
      />
      {timeline}
    </>
  );
}
