import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/Dialog';
import type { Machine, ModelCost, ModelEntry } from '@/lib/api-types';
import { formatBytes } from '@/lib/dates';
import { useLackText } from '../use-lack-text';
import { ServiceAway } from './ServiceAway';

/** Says what a choice costs before it is made: a download, and more than this machine has. */
export function ChooseDialog({ model, cost, machine, onChoose, onCancel }: Props) {
  const { t, i18n } = useTranslation();
  const size = (bytes: number) => formatBytes(bytes, i18n.language);
  const lack = useLackText();
  const warned = cost !== undefined && (cost.warnings.length > 0 || Boolean(cost.service_why));

  return (
    <Dialog
      opened={model !== null}
      onClose={onCancel}
      title={model && t('admin.chooseTitle', { label: model.label })}
    >
      {model && (
        <Stack gap="sm">
          {cost?.warnings.map((warning) => (
            <Alert key={warning.code} color="orange" variant="light">
              {lack(warning, cost, machine)}
            </Alert>
          ))}
          <ServiceAway model={model} cost={cost} />
          <Text size="sm">
            {t('admin.chooseRam', { size: size(model.ram_bytes) })}{' '}
            {machine &&
              t('admin.chooseFree', {
                free: size(machine.ram_free_bytes),
                machine: size(machine.ram_bytes),
              })}
          </Text>
          {model.state === 'missing' && (
            <Text size="sm">
              {model.download_bytes
                ? t('admin.chooseFetch', { size: size(model.download_bytes) })
                : t('admin.chooseFetchUnknown')}
              {cost?.disk_bytes ? ` ${t('admin.chooseDisk', { size: size(cost.disk_bytes) })}` : ''}
            </Text>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onCancel} data-autofocus>
              {t('common.cancel')}
            </Button>
            <Button color={warned ? 'orange.9' : undefined} onClick={() => onChoose(model)}>
              {warned ? t('admin.chooseNevertheless') : t('admin.choose')}
            </Button>
          </Group>
        </Stack>
      )}
    </Dialog>
  );
}

interface Props {
  /** Null: closed. */
  model: ModelEntry | null;
  cost: ModelCost | undefined;
  machine: Machine | undefined;
  onChoose: (model: ModelEntry) => void;
  onCancel: () => void;
}
