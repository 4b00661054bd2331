import { Anchor, Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

/** Above the photos of one album: the way back, its name, how many photos, and what can be done with it. */
export function AlbumHead({ back, title, hint, count, children }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Anchor component={Link} to={back.to} size="sm">
        {back.label}
      </Anchor>
      <Group justify="space-between" align="flex-start" gap="xs" wrap="nowrap">
        <div style={{ minWidth: 0 }}>
          <Title order={1} size="h3" dir="auto" style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          <Text c="dimmed" mb="xs">
            {hint && (
              <>
                <bdi>{hint}</bdi> ·{' '}
              </>
            )}
            {t('common.photos', { count })}
          </Text>
        </div>
        {children}
      </Group>
    </>
  );
}

interface Props {
  back: { to: string; label: string };
  title: string;
  hint?: string;
  count: number;
  children?: ReactNode;
}
