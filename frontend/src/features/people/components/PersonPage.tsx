import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeople } from '@/api/get-people';
import { AlbumHead } from '@/components/AlbumHead';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PageLoader } from '@/components/PageLoader';
import { ApiError } from '@/lib/api-error';
import { paths } from '@/lib/paths';

/** The photos with one person; `timeline` shows them. */
export function PersonPage({ id, timeline }: { id: string; timeline: ReactNode }) {
  const { t } = useTranslation();
  const people = usePeople();
  const person = people.data?.find((one) => String(one.id) === id);
  if (people.isPending || (!person && people.isFetching)) return <PageLoader />;
  if (!people.data) return <ErrorNotice error={people.error} onRetry={() => void people.refetch()} />;
  if (!person) return <ErrorNotice error={new ApiError(404, {})} />;
  return (
    <>
      <AlbumHead
        back={{ to: paths.people, label: t('people.all') }}
        title={person.name}
        count={person.face_count}
      />
      {timeline}
    </>
  );
}
