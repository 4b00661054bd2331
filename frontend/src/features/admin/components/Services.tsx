import { Badge, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '@/components/ErrorNotice';
import type { ServiceEntry } from '@/lib/api-types';
import { formatBytes } from '@/lib/dates';
import { useServices } from '../api/get-services';
import { Section } from './Section';

const COLORS = {
  absent: 'gray',
  idle: 'gray',
  loading: 'cyan',
  ready: 'green',
  failed: 'red',
  away: 'red',
} as const;

/** The processes that hold the models. */
export function Services() {
  const { t } = useTranslation();
  const services = useServices();
  return (
    <Section title={t('services.title')} hint={t('services.hint')}>
      {services.error && !services.data && (
        <ErrorNotice error={services.error} onRetry={() => void services.refetch()} />
      )}
      <Stack gap="sm">
        {services.data?.map((service) => (
          <ServiceRow key={service.name} service={service} />
        ))}
      </Stack>
    </Section>
  );
}

function ServiceRow({ service }: { service: ServiceEntry }) {
  const { t, i18n } = useTranslation();
  const { health } = service;
  const state = health?.state ?? 'away';
  const facts = [
    health?.model,
    health?.device,
    health?.rss_bytes ? t('services.memory', { size: formatBytes(health.rss_bytes, i18n.language) }) : null,
    health?.queue_length ? t('services.queue', { count: health.queue_length }) : null,
  ].filter(Boolean);
  const why = health?.why ?? service.why;
  return (
    <div>
      <Group gap="xs">
        <Text fw={600}>{service.name}</Text>
        <Badge variant="light" color={COLORS[state]} autoContrast>
          {t(`services.states.${state}`)}
        </Badge>
        <Text size="sm" c="dimmed">
          {facts.join(' · ')}
        </Text>
      </Group>
      {why && (
        <Text size="sm" c="dimmed">
          {why}
        </Text>
      )}
    </div>
  );
}
