import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '@/components/ErrorNotice';
import type { ServiceEntry } from '@/lib/api-types';
import { formatBytes, formatMoment } from '@/lib/dates';
import { useServerText } from '@/lib/server-text';
import { useServices, useUnloadService } from '../api/get-services';
import { commonReason } from '../service-facts';
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
  const unload = useUnloadService();
  const common = commonReason(services.data ?? []);
  const { reason } = useServerText();
  const why = common && reason(common, common.detail);
  return (
    <Section title={t('services.title')} hint={t('services.hint')}>
      {services.error && !services.data && (
        <ErrorNotice error={services.error} onRetry={() => void services.refetch()} />
      )}
      {unload.error && <ErrorNotice error={unload.error} />}
      {why && (
        <Text size="sm" mb="sm">
          {t('services.noneOnCuda')} <span lang={why.lang}>{why.text}</span>
        </Text>
      )}
      <Stack gap="md">
        {services.data?.map((service) => (
          <ServiceRow
            key={service.name}
            service={service}
            told={common?.detail}
            unloading={unload.isPending && unload.variables === service.name}
            onUnload={() => unload.mutate(service.name)}
          />
        ))}
      </Stack>
    </Section>
  );
}

function ServiceRow({ service, told, unloading, onUnload }: RowProps) {
  const { t, i18n } = useTranslation();
  const { reason } = useServerText();
  const { health } = service;
  const state = health?.state ?? (service.state === 'absent' ? 'absent' : 'away');
  const size = (bytes: number) => formatBytes(bytes, i18n.language);
  const facts = [
    health?.model,
    // Where it would run is known once a model is loaded.
    health?.model && health.device,
    health?.rss_bytes ? t('services.memory', { size: size(health.rss_bytes) }) : null,
    health?.vram_bytes ? t('services.vram', { size: size(health.vram_bytes) }) : null,
    health?.queue_length ? t('services.queue', { count: health.queue_length }) : null,
    health?.last_used_at
      ? t('services.lastUsed', { time: formatMoment(health.last_used_at, i18n.language) })
      : null,
  ].filter(Boolean);
  const why = service.why && service.why !== told ? reason(service.reason, service.why) : null;
  return (
    <Group justify="space-between" align="flex-start" gap="xs">
      <div>
        <Group gap="xs">
          <Text fw={600}>{t(`services.tasks.${service.task}`)}</Text>
          <Text size="sm" c="dimmed">
            {service.name}
          </Text>
          <Badge variant="light" color={COLORS[state]} autoContrast>
            {t(`services.states.${state}`)}
          </Badge>
        </Group>
        {facts.length > 0 && (
          <Text size="sm" c="dimmed">
            {facts.join(' · ')}
          </Text>
        )}
        {why && (
          <Text size="sm" c="dimmed" lang={why.lang}>
            {why.text}
          </Text>
        )}
      </div>
      {state === 'ready' && (
        <Button
          size="compact-sm"
          variant="default"
          loading={unloading}
          aria-label={t('services.unloadOne', { name: service.name })}
          onClick={onUnload}
        >
          {t('services.unload')}
        </Button>
      )}
    </Group>
  );
}

interface RowProps {
  service: ServiceEntry;
  /** A reason that has been said for all of them. */
  told: string | undefined;
  unloading: boolean;
  onUnload: () => void;
}
