import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSiteSettings } from '@/api/get-site-settings';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PageLoader } from '@/components/PageLoader';
import { formatBytes } from '@/lib/dates';
import { useServerText } from '@/lib/server-text';
import { useModelCosts, useModels } from '../api/get-models';
import { TASKS } from '../model-facts';
import { ModelTaskSection } from './ModelTaskSection';

/** Which model does what, what each costs on this machine, and its files. */
export function Models() {
  const { t, i18n } = useTranslation();
  const models = useModels();
  const settings = useSiteSettings();
  // Costs ask the services how they are; the cards do not wait for that.
  const costs = useModelCosts();
  const { model: inWords } = useServerText();
  const error = models.error ?? settings.error;
  const size = (bytes: number) => formatBytes(bytes, i18n.language);

  if (error && !(models.data && settings.data)) {
    const retry = () => Promise.all([models.refetch(), settings.refetch()]);
    return <ErrorNotice error={error} onRetry={() => void retry()} />;
  }
  if (!models.data || !settings.data) return <PageLoader />;
  const machine = costs.data?.machine;

  return (
    <Stack gap="lg">
      {machine && (
        <Text size="sm" c="dimmed">
          {t('admin.machine', {
            ram: size(machine.ram_bytes),
            free: size(machine.ram_free_bytes),
            budget: size(machine.memory_budget_bytes),
            disk: size(machine.disk_free_bytes),
          })}{' '}
          {machine.gpu && t('admin.gpu', { gpu: machine.gpu, free: size(machine.vram_free_bytes) })}
        </Text>
      )}
      {TASKS.map(({ task, setting }) => (
        <ModelTaskSection
          key={task}
          task={task}
          setting={setting}
          models={models.data.filter((model) => model.task === task).map(inWords)}
          settings={settings.data}
          costs={costs.data}
        />
      ))}
    </Stack>
  );
}
