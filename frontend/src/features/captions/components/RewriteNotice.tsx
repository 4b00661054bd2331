import { Alert, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ServerFailure } from '@/components/ServerFailure';
import type { RewriteOutcome } from '@/lib/api-types';
import classes from './Captions.module.css';

/** Says why the language model's sentence is not among the drafts, and shows it when the guard held it back. */
export function RewriteNotice({ outcome }: { outcome: RewriteOutcome }) {
  const { t, i18n } = useTranslation();
  const { state, caption, code, detail } = outcome;
  if (state === 'unavailable') {
    const why = `rewrite.why.${code}`;
    return (
      <Alert color="yellow" variant="light" p="xs" title={t('rewrite.unavailable')}>
        {i18n.exists(why) ? (
          t(why as 'rewrite.why.service_down')
        ) : (
          <ServerFailure code={code} detail={detail} />
        )}
      </Alert>
    );
  }
  if (state !== 'held_back') return null;
  const reason = caption?.verdict?.reason ?? '';
  const key = `rewrite.reasons.${reason}`;
  const evidence = caption?.verdict?.evidence.join(', ');
  return (
    <Alert color="yellow" variant="light" p="xs" title={t('rewrite.heldBack')}>
      <Text size="sm">
        {/* Reasons that this UI knows no word for keep the server's. */}
        {i18n.exists(key) ? t(key as 'rewrite.reasons.word_added') : reason}
        {evidence && `: ${evidence}`}
      </Text>
      {caption?.text && (
        <Text size="sm" fs="italic" className={classes.kept} lang={caption.language || undefined} dir="auto">
          {caption.text}
        </Text>
      )}
    </Alert>
  );
}
