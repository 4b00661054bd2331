import { Badge, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Caption } from '@/lib/api-types';
import { languageName } from '@/lib/i18n';
import { useServerText } from '@/lib/server-text';
import { useClaims } from '@/lib/session';
import { formatScore, isNumber } from '../draft-facts';

/** Which model, in which language, and whether it fits the picture best; administrators find the numbers at the model. */
export function DraftFacts({ draft, best = false }: { draft: Caption; best?: boolean }) {
  const { t, i18n } = useTranslation();
  const { model: inWords } = useServerText();
  const isAdmin = useClaims()?.isAdmin ?? false;
  const { log_probability: sure, clip } = draft.scores ?? {};
  const numbers = [
    isNumber(clip) && t('captions.fit', { value: formatScore(clip, i18n.language) }),
    isNumber(sure) && t('captions.score', { value: formatScore(sure, i18n.language) }),
  ].filter((each) => each !== false);
  return (
    <Group gap={6}>
      {draft.model && (
        <Badge
          variant="default"
          tt="none"
          fw={500}
          title={[draft.model.id, ...(isAdmin ? numbers : [])].join(' · ')}
        >
          {inWords(draft.model).label}
        </Badge>
      )}
      {draft.rewriter && (
        <Badge variant="default" tt="none" fw={500} title={draft.rewriter.id}>
          {t('rewrite.by', { label: inWords(draft.rewriter).label })}
        </Badge>
      )}
      {draft.language && (
        <Text size="xs" c="dimmed">
          {languageName(draft.language, i18n.language)}
        </Text>
      )}
      {best && (
        <Text size="xs" fw={600} title={t('captions.fitHint')}>
          {t('captions.fitsBest')}
        </Text>
      )}
    </Group>
  );
}
