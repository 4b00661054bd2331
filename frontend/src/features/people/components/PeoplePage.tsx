import { Avatar, Text, Title } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePeople } from '@/api/get-people';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PageLoader } from '@/components/PageLoader';
import { onServer } from '@/lib/base-path';
import { media, paths } from '@/lib/paths';
import classes from './PeoplePage.module.css';

/** Who is on the photos, those on most photos first; each leads to their photos. */
export default function PeoplePage() {
  const { t } = useTranslation();
  const people = usePeople();
  if (people.isPending) return <PageLoader />;
  if (!people.data) return <ErrorNotice error={people.error} onRetry={() => void people.refetch()} />;
  return (
    <>
      <Title order={1} size="h3" mb="md">
        {t('people.title')}
      </Title>
      {people.data.length === 0 ? (
        <EmptyState
          icon={<IconUsers size={48} />}
          title={t('people.emptyTitle')}
          hint={t('people.emptyHint')}
        />
      ) : (
        <ul className={classes.grid}>
          {people.data.map((person) => (
            <li key={person.id}>
              <Link to={paths.person(person.id)} className={classes.card}>
                <Avatar
                  size={96}
                  alt=""
                  src={
                    person.face_url
                      ? onServer(person.face_url)
                      : person.face_photo_url && media.tile(person.face_photo_url)
                  }
                />
                <Text component="span" fw={600} ta="center" lineClamp={2}>
                  {person.name}
                </Text>
                <Text component="span" size="sm" c="dimmed">
                  {t('common.photos', { count: person.face_count })}
                </Text>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
