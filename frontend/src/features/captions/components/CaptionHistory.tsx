import { Button, Collapse, Group, Rating, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNotify } from '@/components/use-notify';
import type { Caption, CaptionLedger } from '@/lib/api-types';
import { formatMoment } from '@/lib/dates';
import { useDecideCaption } from '../api/decide-caption';
import classes from './Captions.module.css';
import { DraftFacts } from './DraftFacts';

/** Who or what wrote which caption when; folded away until asked for. */
export function CaptionHistory({ hash, ledger, onRestore }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const rows = ledger.results.filter((row) => row.state !== 'draft' && row.state !== 'held_back');
  if (!rows.length) return null;
  const Chevron = open ? IconChevronDown : IconChevronRight;

  return (
    <div>
      <UnstyledButton className={classes.fold} onClick={() => setOpen(!open)} aria-expanded={open}>
        <Group gap={4}>
          <Chevron size={16} className={open ? undefined : 'mirrored'} aria-hidden />
          <Text size="sm">{t('captions.history', { count: rows.length })}</Text>
        </Group>
      </UnstyledButton>
      <Collapse expanded={open}>
        <ol className={classes.history}>
          {rows.map((row) => (
            <HistoryRow
              key={row.id}
              hash={hash}
              row={row}
              isCurrent={row.id === ledger.current?.id}
              onRestore={onRestore}
            />
          ))}
        </ol>
      </Collapse>
    </div>
  );
}

function HistoryRow({ hash, row, isCurrent, onRestore }: RowProps) {
  const { t, i18n } = useTranslation();
  const notify = useNotify();
  const decide = useDecideCaption(hash);
  const who = row.author
    ? [row.author.first_name, row.author.last_name].filter(Boolean).join(' ') || row.author.username
    : row.model
      ? t('captions.aModel')
      : t('captions.unknownAuthor');

  return (
    <li className={classes.historyRow}>
      <Text size="sm" className={classes.kept} dir="auto" c={row.text ? undefined : 'dimmed'}>
        {row.text || t('captions.emptyText')}
      </Text>
      <Text size="xs" c="dimmed">
        {who} · {formatMoment(row.decided_at ?? row.created_at, i18n.language)} ·{' '}
        {isCurrent ? t('captions.state.current') : t(`captions.state.${row.state}`)}
      </Text>
      <Stack gap={4} mt={4}>
        {row.model && <DraftFacts draft={row} />}
        {row.model && (
          <Rating
            value={row.rating ?? 0}
            size="sm"
            aria-label={t('captions.rate')}
            getSymbolLabel={(stars) => t('captions.stars', { count: stars })}
            onChange={(rating) =>
              decide.mutate({ id: row.id, decision: { action: 'rate', rating } }, { onError: notify.fail })
            }
          />
        )}
        {onRestore && !isCurrent && (
          <Group>
            <Button size="compact-xs" variant="default" onClick={() => onRestore(row)}>
              {t('captions.restore')}
            </Button>
          </Group>
        )}
      </Stack>
    </li>
  );
}

interface Props {
  hash: string;
  ledger: CaptionLedger;
  /** Put an old text into the editor; absent for those who may not edit. */
  onRestore?: (row: Caption) => void;
}

interface RowProps {
  hash: string;
  row: Caption;
  isCurrent: boolean;
  onRestore?: (row: Caption) => void;
}
