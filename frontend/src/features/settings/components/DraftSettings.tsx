import { NativeSelect, Paper, Slider, Stack, Switch, Text, Title } from '@mantine/core';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MODEL_OFF, useSiteSettings } from '@/api/get-site-settings';
import { ErrorNotice } from '@/components/ErrorNotice';
import type { DraftWishes, User } from '@/lib/api-types';
import { languageName } from '@/lib/i18n';
import { useSaveMe } from '../api/save-me';
import { draftLanguages, FACTS, GRANULARITIES, LENGTHS, STYLES, TONES } from '../draft-choices';

/** How one wants captions drafted: wording, facts, and when. Every change is saved at once. */
export function DraftSettings({ user }: { user: User }) {
  const { t, i18n } = useTranslation();
  const save = useSaveMe(user);
  const site = useSiteSettings().data;
  const llmOn = site !== undefined && site.llm_model !== MODEL_OFF;
  const wishes = user.llm_settings;
  const wish = (changes: Partial<DraftWishes>) => save.mutate({ llm_settings: { ...wishes, ...changes } });
  const choices = <T extends string>(
    name: 'style' | 'length' | 'tone' | 'granularity',
    values: readonly T[],
    disabled: boolean,
  ) => (
    <NativeSelect
      label={t(`wishes.${name}`)}
      disabled={disabled}
      value={wishes[name]}
      data={values.map((value) => ({ value, label: t(`wishes.${name}s.${value}` as 'wishes.styles.plain') }))}
      onChange={(event) => wish({ [name]: event.currentTarget.value })}
    />
  );

  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="draft-settings">
      <Stack>
        <Title order={2} size="h5" id="draft-settings">
          {t('wishes.title')}
        </Title>
        {FACTS.map((name) => (
          <Switch
            key={name}
            label={t(`wishes.${name}`)}
            checked={wishes[name]}
            onChange={(event) => wish({ [name]: event.currentTarget.checked })}
          />
        ))}
        {choices('granularity', GRANULARITIES, !wishes.add_location)}
        <NativeSelect
          label={t('wishes.language')}
          value={wishes.language}
          data={[
            { value: '', label: t('wishes.modelLanguage') },
            ...draftLanguages(wishes.language).map((code) => ({
              value: code,
              label: languageName(code, i18n.language),
            })),
          ]}
          onChange={(event) => wish({ language: event.currentTarget.value })}
        />
        <Switch
          label={t('wishes.enabled')}
          description={llmOn ? t('wishes.enabledHint') : t('wishes.noLlm')}
          disabled={!llmOn}
          checked={llmOn && wishes.enabled}
          onChange={(event) => wish({ enabled: event.currentTarget.checked })}
        />
        {choices('style', STYLES, !llmOn || !wishes.enabled)}
        {choices('length', LENGTHS, !llmOn || !wishes.enabled)}
        {choices('tone', TONES, !llmOn || !wishes.enabled)}
        <Creativity
          value={wishes.creativity}
          disabled={!llmOn || !wishes.enabled}
          onChoose={(creativity) => wish({ creativity })}
        />
        {(['want_keywords', 'want_hashtags'] as const).map((name) => (
          <Switch
            key={name}
            label={t(`wishes.${name}`)}
            disabled={!llmOn || !wishes.enabled}
            checked={wishes[name]}
            onChange={(event) => wish({ [name]: event.currentTarget.checked })}
          />
        ))}
        <Switch
          label={t('wishes.night')}
          description={
            site?.night_start && t('wishes.nightHint', { start: site.night_start, end: site.night_end })
          }
          checked={user.draft_at_night ?? false}
          onChange={(event) => save.mutate({ draft_at_night: event.currentTarget.checked })}
        />
        <NativeSelect
          label={t('wishes.files')}
          description={t('wishes.filesHint')}
          value={user.save_metadata_to_disk}
          data={(['OFF', 'SIDECAR_FILE', 'MEDIA_FILE'] as const).map((value) => ({
            value,
            label: t(`wishes.fileChoices.${value}`),
          }))}
          onChange={(event) =>
            save.mutate({ save_metadata_to_disk: event.currentTarget.value as User['save_metadata_to_disk'] })
          }
        />
        {save.error && <ErrorNotice error={save.error} />}
        <Text size="sm" c="dimmed" role="status">
          {save.isPending ? t('wishes.saving') : save.isSuccess ? t('wishes.saved') : ''}
        </Text>
      </Stack>
    </Paper>
  );
}

function Creativity({ value, disabled, onChoose }: CreativityProps) {
  const { t, i18n } = useTranslation();
  const id = useId();
  const [moved, setMoved] = useState<number | null>(null);
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent' });
  return (
    <div>
      <Text size="sm" fw={500} id={id}>
        {t('wishes.creativity')}
      </Text>
      <Text size="sm" c="dimmed" mb={6}>
        {t('wishes.creativityHint')}
      </Text>
      <Slider
        thumbProps={{ 'aria-labelledby': id, 'aria-valuetext': percent.format(moved ?? value) }}
        min={0}
        max={1}
        step={0.05}
        label={(now) => percent.format(now)}
        value={moved ?? value}
        disabled={disabled}
        onChange={setMoved}
        onChangeEnd={(chosen) => {
          setMoved(null);
          onChoose(chosen);
        }}
      />
    </div>
  );
}

interface CreativityProps {
  /** 0 to 1. */
  value: number;
  disabled: boolean;
  onChoose: (value: number) => void;
}
