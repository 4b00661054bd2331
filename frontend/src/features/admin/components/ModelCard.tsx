import { Alert, Anchor, Badge, Group, Paper, Progress, Radio, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Machine, ModelCost, ModelEntry } from '@/lib/api-types';
import { formatBytes } from '@/lib/dates';
import { languageName } from '@/lib/i18n';
import { memoryShare } from '../model-facts';
import { useLackText } from '../use-lack-text';
import { ModelFiles } from './ModelFiles';
import { ServiceAway } from './ServiceAway';

const FEW_LANGUAGES = 8;

/** One model: what it is, what it costs here, and its files. */
export function ModelCard({ model, cost, machine, locked }: Props) {
  const lack = useLackText();
  return (
    <Paper withBorder p="md" data-model={model.id}>
      <Radio
        value={model.id}
        disabled={locked || !model.available}
        label={
          <Text component="span" fw={600}>
            {model.label}
          </Text>
        }
        description={
          <Text component="span" size="sm">
            {model.description}
          </Text>
        }
      />
      <Marks model={model} />
      <Facts model={model} />
      {machine && <MemoryBar model={model} machine={machine} />}
      {cost && cost.warnings.length > 0 && model.available && (
        <Alert variant="light" color="orange" mt="xs" p="xs">
          {cost.warnings.map((warning) => lack(warning, cost, machine)).join(' ')}
        </Alert>
      )}
      {model.available && <ServiceAway model={model} cost={cost} />}
      <ModelFiles model={model} />
    </Paper>
  );
}

function Facts({ model }: { model: ModelEntry }) {
  const { t, i18n } = useTranslation();
  const size = (bytes: number) => formatBytes(bytes, i18n.language);
  const { metric, value, dataset, source } = model.quality;
  const names = model.languages.map((code) => languageName(code, i18n.language));
  const languages =
    names.length > FEW_LANGUAGES
      ? t('admin.languages', { first: names[0], count: names.length - 1 })
      : names.join(', ');
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 2 });
  const facts = [
    t('admin.ram', { size: size(model.ram_bytes) }),
    model.installed_bytes > 0 && t('admin.onDisk', { size: size(model.installed_bytes) }),
    model.state === 'missing' &&
      model.download_bytes &&
      t('admin.toFetch', { size: size(model.download_bytes) }),
    languages,
    t('admin.licence', { licence: model.licence }),
  ].filter(Boolean);
  return (
    <Text size="sm" c="dimmed" mt={6} title={names.join(', ')}>
      {facts.join(' · ')}
      {metric && value !== undefined && (
        <>
          {' · '}
          {source?.startsWith('http') ? (
            <Anchor href={source} target="_blank" rel="noreferrer" inherit>
              {t('admin.quality', { metric, value: number.format(value), dataset })}
            </Anchor>
          ) : (
            t('admin.quality', { metric, value: number.format(value), dataset })
          )}
        </>
      )}
    </Text>
  );
}

function MemoryBar({ model, machine }: { model: ModelEntry; machine: Machine }) {
  const { t, i18n } = useTranslation();
  const share = memoryShare(model, machine);
  const label = t('admin.ramShare', {
    share,
    size: formatBytes(model.ram_bytes, i18n.language),
    machine: formatBytes(machine.ram_bytes, i18n.language),
  });
  return (
    <Progress
      value={share}
      mt={8}
      size="sm"
      color={model.ram_bytes > machine.ram_free_bytes ? 'orange.8' : undefined}
      aria-label={label}
      title={label}
    />
  );
}

function Marks({ model }: { model: ModelEntry }) {
  const { t } = useTranslation();
  const marks = [
    model.recommended && t('admin.recommended'),
    model.bundled && t('admin.bundled'),
    model.state === 'installed' && t('admin.installed'),
    model.outdated && t('admin.outdated'),
    !model.available && t('admin.notYet'),
  ].filter((mark) => mark !== false);
  if (marks.length === 0) return null;
  return (
    <Group gap="xs" mt="xs">
      {marks.map((mark) => (
        <Badge key={mark} variant="default" tt="none" fw={500}>
          {mark}
        </Badge>
      ))}
    </Group>
  );
}

interface Props {
  model: ModelEntry;
  cost: ModelCost | undefined;
  machine: Machine | undefined;
  locked: boolean;
}
