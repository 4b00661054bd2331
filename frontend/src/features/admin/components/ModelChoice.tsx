import { Badge, Group, Radio, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { MODEL_OFF, useSiteSettings } from '@/api/get-site-settings';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PageLoader } from '@/components/PageLoader';
import type { ModelEntry } from '@/lib/api-types';
import { formatBytes } from '@/lib/dates';
import { languageName } from '@/lib/i18n';
import { useModels } from '../api/get-models';
import { useSaveSiteSettings } from '../api/save-site-settings';
import classes from './Admin.module.css';
import { Section } from './Section';

/** Which model drafts captions, or none. */
export function ModelChoice() {
  const { t } = useTranslation();
  const models = useModels();
  const settings = useSiteSettings();
  const save = useSaveSiteSettings();
  const error = models.error ?? settings.error;

  const retry = () => {
    void models.refetch();
    void settings.refetch();
  };
  if (error && !(models.data && settings.data)) {
    return (
      <Section title={t('admin.captionModel')}>
        <ErrorNotice error={error} onRetry={retry} />
      </Section>
    );
  }
  if (!models.data || !settings.data) return <PageLoader />;
  const locked = (settings.data.locked ?? []).includes('captioning_model');
  const captioners = models.data.filter((model) => model.task === 'caption');

  return (
    <Section title={t('admin.captionModel')} hint={locked ? t('admin.locked') : t('admin.captionModelHint')}>
      <Radio.Group
        aria-label={t('admin.captionModel')}
        value={save.variables?.captioning_model ?? settings.data.captioning_model}
        onChange={(captioning_model) => save.mutate({ captioning_model }, { onSettled: () => save.reset() })}
      >
        <Stack gap="xs">
          {captioners.map((model) => (
            <Radio.Card
              key={model.id}
              value={model.id}
              p="md"
              disabled={locked || !model.available}
              className={classes.card}
            >
              <Group wrap="nowrap" align="flex-start">
                <Radio.Indicator disabled={locked || !model.available} />
                <ModelFacts model={model} />
              </Group>
            </Radio.Card>
          ))}
          <Radio.Card value={MODEL_OFF} p="md" disabled={locked} className={classes.card}>
            <Group wrap="nowrap" align="flex-start">
              <Radio.Indicator disabled={locked} />
              <div>
                <Text fw={600}>{t('admin.off')}</Text>
                <Text size="sm" c="dimmed">
                  {t('admin.offHint')}
                </Text>
              </div>
            </Group>
          </Radio.Card>
        </Stack>
      </Radio.Group>
      {save.error && <ErrorNotice error={save.error} />}
    </Section>
  );
}

function ModelFacts({ model }: { model: ModelEntry }) {
  const { t, i18n } = useTranslation();
  return (
    <div>
      <Group gap="xs">
        <Text fw={600}>{model.label}</Text>
        {model.bundled && (
          <Badge variant="default" tt="none" fw={500}>
            {t('admin.bundled')}
          </Badge>
        )}
        {!model.available && (
          <Badge variant="default" tt="none" fw={500}>
            {t('admin.notYet')}
          </Badge>
        )}
      </Group>
      <Text size="sm">{model.description}</Text>
      <Text size="sm" c="dimmed">
        {[
          t('admin.ram', { size: formatBytes(model.ram_bytes, i18n.language) }),
          model.languages.map((code) => languageName(code, i18n.language)).join(', '),
          model.licence,
        ]
          .filter(Boolean)
          .join(' · ')}
      </Text>
    </div>
  );
}
