import { Badge, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Caption } from '@/lib/api-types';
import { languageName } from '@/lib/i18n';
import { formatScore, isNumber } from '../draft-facts';

/** Which model, in which language, how sure, and how well the text fits the picture. */
export function DraftFacts({ draft }: { draft: Caption }) {
  const { t, i18n } = useTranslation();
  const { log_probability: sure, clip } = draft.scores ?? {};
  return (
    <Group gap={6}>
      {draft.model && (
        <Badge variant="default" tt="none" fw={500} title={draft.model.id}>
          {draft.model.label}
        </Badge>
      )}
      {draft.rewriter && (
        <Badge variant="default" tt="none" fw={500} title={draft.rewriter.id}>
          {t('rewrite.by', { label: draft.rewriter.label })}
        </Badge>
      )}
      {draft.language && (
        <Text size="xs" c="dimmed">
          {languageName(draft.language, i18n.language)}
        </Text>
      )}
      {isNumber(sure) && (
        <Text size="xs" c="dimmed" title={t('captions.scoreHint')}>
          {t('captions.score', { value: formatScore(sure, i18n.language) })}
        </Text>
      )}
      {isNumber(clip) && (
        <Text size="xs" c="dimmed" title={t('captions.fitHint')}>
          {t('captions.fit', { value: formatScore(clip, i18n.language) })}
        </Text>
      )}
    </Group>
  );
}
