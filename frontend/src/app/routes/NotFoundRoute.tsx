import { Button } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { EmptyState } from '@/components/EmptyState';
import { paths } from '@/lib/paths';

export default function NotFoundRoute() {
  const { t } = useTranslation();
  return (
    <EmptyState
      order={1}
      icon={<IconMapQuestion size={52} />}
      title={t('notFound.title')}
      hint={t('notFound.hint')}
    >
      <Button component={Link} to={paths.timeline}>
        {t('notFound.toPhotos')}
      </Button>
    </EmptyState>
  );
}
