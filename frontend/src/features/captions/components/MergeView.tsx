import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { diffWords, joinParts } from '../word-diff';
import classes from './Captions.module.css';

type Choice = 'mine' | 'theirs' | 'both';

/** Two texts side by side in one: each difference is a choice, the result is read below. */
export default function MergeView({ mine, theirs, onDone, onCancel }: Props) {
  const { t } = useTranslation();
  const parts = useMemo(() => diffWords(mine, theirs), [mine, theirs]);
  const [choices, setChoices] = useState<Record<number, Choice>>({});
  const choiceOf = (index: number): Choice => choices[index] ?? 'mine';
  const result = joinParts(parts, choiceOf);
  const chooseAll = (choice: Choice) =>
    setChoices(Object.fromEntries(parts.map((_, index) => [index, choice])));

  return (
    <Paper withBorder p="sm" radius="md" component="section" aria-label={t('merge.title')}>
      <Stack gap="xs">
        <Text fw={600} size="sm">
          {t('merge.title')}
        </Text>
        <Text size="sm" c="dimmed">
          {t('merge.hint')}
        </Text>
        <div className={classes.merge}>
          {parts.map((part, index) =>
            part.kind === 'same' ? (
              <span key={index}>{part.text}</span>
            ) : (
              <span
                key={index}
                role="group"
                aria-label={t('merge.difference')}
                className={classes.difference}
              >
                {(['mine', 'theirs'] as const).map((side) => (
                  <button
                    key={side}
                    type="button"
                    className={classes.side}
                    data-side={side}
                    aria-pressed={choiceOf(index) === side || choiceOf(index) === 'both'}
                    onClick={() => setChoices({ ...choices, [index]: flip(choiceOf(index), side) })}
                  >
                    {part[side].trim() || t('merge.nothing')}
                  </button>
                ))}
              </span>
            ),
          )}
        </div>
        <Group gap="xs">
          <Button size="compact-sm" variant="default" onClick={() => chooseAll('mine')}>
            {t('merge.allMine')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => chooseAll('theirs')}>
            {t('merge.allTheirs')}
          </Button>
        </Group>
        <Text size="sm" role="status" className={classes.result}>
          {result || t('captions.emptyText')}
        </Text>
        <Group gap="xs">
          <Button size="compact-sm" onClick={() => onDone(result)}>
            {t('merge.take')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={onCancel}>
            {t('common.cancel')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}

/** Pressing a side adds or removes it; with none left, the other one stands. */
function flip(now: Choice, side: 'mine' | 'theirs'): Choice {
  const other = side === 'mine' ? 'theirs' : 'mine';
  if (now === 'both') return other;
  return now === side ? other : 'both';
}

interface Props {
  mine: string;
  theirs: string;
  onDone: (text: string) => void;
  onCancel: () => void;
}
