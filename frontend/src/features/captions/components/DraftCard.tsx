import { Button, Group, Paper, Rating, Skeleton, Text } from '@mantine/core';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Caption } from '@/lib/api-types';
import classes from './Captions.module.css';
import { DraftFacts } from './DraftFacts';

const WhyWord = lazy(() => import('./WhyWord'));

/** One draft, and everything one can do with it. */
export function DraftCard({ hash, draft, best, used, restyle, onUse, onMerge, onRefuse, onRate }: Props) {
  const { t } = useTranslation();
  const [why, setWhy] = useState(false);
  return (
    <Paper
      component="li"
      withBorder
      p="sm"
      radius="md"
      className={classes.draft}
      data-used={used || undefined}
    >
      <Text lang={draft.language || undefined} dir="auto">
        {draft.text}
      </Text>
      <Group justify="space-between" gap={6} mt={6}>
        <DraftFacts draft={draft} best={best} />
        <Rating
          size="sm"
          value={draft.rating ?? 0}
          aria-label={t('captions.rate')}
          getSymbolLabel={(stars) => t('captions.stars', { count: stars })}
          onChange={onRate}
        />
      </Group>
      <Group gap="xs" mt="xs">
        <Button size="compact-sm" onClick={onUse}>
          {t('captions.use')}
        </Button>
        {onMerge && (
          <Button size="compact-sm" variant="default" onClick={onMerge}>
            {t('captions.merge')}
          </Button>
        )}
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onRefuse}>
          {t('captions.refuse')}
        </Button>
        {restyle}
        {draft.model?.explains && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            aria-expanded={why}
            onClick={() => setWhy(!why)}
          >
            {t('why.ask')}
          </Button>
        )}
      </Group>
      {why && (
        <Suspense fallback={<Skeleton height={160} mt="xs" />}>
          <WhyWord hash={hash} captionId={draft.id} />
        </Suspense>
      )}
    </Paper>
  );
}

interface Props {
  hash: string;
  draft: Caption;
  /** Fits the picture best of those that are offered. */
  best: boolean;
  /** Its text went into the editor. */
  used: boolean;
  /** Have it said differently, where that can be done. */
  restyle?: ReactNode;
  onUse: () => void;
  /** Absent while there is nothing to merge with. */
  onMerge?: () => void;
  onRefuse: () => void;
  onRate: (rating: number) => void;
}
