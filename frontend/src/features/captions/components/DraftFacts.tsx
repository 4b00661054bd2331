import { Badge, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Caption } from '@/lib/api-types';
import { languageName } from '@/lib/i18n';
import { useServerText } from '@/lib/server-text';
import { useClaims } from '@/lib/session';
import { formatScore, isNumber } from '../draft-facts';

/** Which model, in which language, and how well it fits the picture; administrators find how sure it was at the model. */
export function DraftFacts({ draft, best = false }: { draft: Caption; best?: boolean }) {
  const { t, i18n } = useTranslation();
  const { model: inWords } = useServerText();
  const isAdmin = useClaims()?.isAdmin ?? false;
  const { log_probability: sure, clip } = draft.scores ?? {};
  const said = (value: number) => formatScore(value, i18n.language);
  return (
    <Group gap={6}>
      {draft.model && (
        <Badge
          variant="default"
          tt="none"
          fw={500}
          title={
            isAdmin && isNumber(sure)
              ? `${draft.model.id} · ${t('captions.score', { value: said(sure) })}`
              : draft.model.id
          }
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
      {isNumber(clip) && (
        <Text
          size="xs"
          c={best ? undefined : 'dimmed'}
          fw={best ? 600 : undefined}
          title={t('captions.fitHint')}
        >
          {t(best ? 'captions.fitsBest' : 'captions.fit', { value: said(clip) })}
        </Text>
      )}
    </Group>
  );
}
