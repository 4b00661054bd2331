import { Paper, Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MODEL_OFF } from '@/api/get-site-settings';
import { ErrorNotice } from '@/components/ErrorNotice';
import type { ModelCosts, ModelEntry, ModelSetting, ModelTask, SiteSettings } from '@/lib/api-types';
import { needsConfirm, useChooseModel } from '../api/choose-model';
import { needsDialog } from '../model-facts';
import { ChooseDialog } from './ChooseDialog';
import { ModelCard } from './ModelCard';
import { Section } from './Section';

/** The models for one task, one of them (or none) in use. */
export function ModelTaskSection({ task, setting, models, settings, costs }: Props) {
  const { t } = useTranslation();
  const choose = useChooseModel();
  const [asked, setAsked] = useState<ModelEntry | null>(null);
  const locked = (settings.locked ?? []).includes(setting);
  const chosen = choose.isPending ? choose.variables.id : settings[setting];
  const costOf = (id: string) => costs?.results.find((cost) => cost.id === id && cost.setting === setting);

  const onChoose = (id: string) => {
    const model = models.find((one) => one.id === id);
    if (model && needsDialog(model, costOf(id))) return setAsked(model);
    choose.mutate(
      { setting, id, confirm: false, download: false },
      // The machine has become fuller since the costs were read.
      { onError: (error) => needsConfirm(error) && setAsked(model ?? null) },
    );
  };

  return (
    <Section
      title={t(`admin.tasks.${task}.title`)}
      hint={locked ? t('admin.locked') : t(`admin.tasks.${task}.hint`)}
    >
      <Radio.Group aria-label={t(`admin.tasks.${task}.title`)} value={chosen} onChange={onChoose}>
        <Stack gap="xs" mt="xs">
          {models.map((model) => (
            <ModelCard
              key={model.id}
              model={model}
              cost={costOf(model.id)}
              machine={costs?.machine}
              locked={locked}
            />
          ))}
          <Paper withBorder p="md">
            <Radio
              value={MODEL_OFF}
              disabled={locked}
              label={t('admin.off')}
              description={t(`admin.tasks.${task}.off`)}
            />
          </Paper>
        </Stack>
      </Radio.Group>
      {choose.error && !needsConfirm(choose.error) && <ErrorNotice error={choose.error} />}
      <ChooseDialog
        model={asked}
        cost={asked ? costOf(asked.id) : undefined}
        machine={costs?.machine}
        onCancel={() => setAsked(null)}
        onChoose={(model) => {
          setAsked(null);
          const download = model.state === 'missing';
          choose.mutate({ setting, id: model.id, confirm: true, download });
        }}
      />
    </Section>
  );
}

interface Props {
  task: ModelTask;
  setting: ModelSetting;
  models: ModelEntry[];
  settings: SiteSettings;
  costs: ModelCosts | undefined;
}
