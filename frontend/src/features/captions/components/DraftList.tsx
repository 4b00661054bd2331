import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNotify } from '@/components/use-notify';
import type { Caption, CaptionLedger } from '@/lib/api-types';
import { useDecideCaption, type Decision } from '../api/decide-caption';
import { bestFit, inOrder } from '../draft-facts';
import type { Drafts } from '../use-drafts';
import classes from './Captions.module.css';
import { DraftCard } from './DraftCard';
import { RestyleMenu } from './RestyleMenu';
import { DraftStatus } from './DraftStatus';

/** What models offer for this photo, best first, and what the one at work is doing. */
export function DraftList({ hash, ledger, drafts, hasText, rewritesOn, usedId, onUse, onMerge }: Props) {
  const { t } = useTranslation();
  const notify = useNotify();
  const decide = useDecideCaption(hash);
  const order = drafts.phase.state === 'done' ? drafts.phase.order : [];
  const offered = ledger.results.filter((row) => row.state === 'draft').sort(inOrder(order));

  const best = bestFit(offered);

  const decideOn = (draft: Caption, decision: Decision) =>
    decide.mutate({ id: draft.id, decision }, { onError: notify.fail });

  return (
    <Stack gap="xs">
      <DraftStatus drafts={drafts} first={offered[0]?.text} />
      {offered.length > 0 && (
        <Stack gap="xs" component="ul" className={classes.drafts} aria-label={t('captions.drafts')}>
          {offered.map((draft) => (
            <DraftCard
              key={draft.id}
              hash={hash}
              draft={draft}
              best={draft.id === best}
              used={draft.id === usedId}
              onUse={() => onUse(draft)}
              onMerge={hasText ? () => onMerge(draft) : undefined}
              restyle={
                rewritesOn && (
                  <RestyleMenu draftId={draft.id} disabled={drafts.busy} onRestyle={drafts.request} />
                )
              }
              onRefuse={() => decideOn(draft, { action: 'refuse' })}
              onRate={(rating) => decideOn(draft, { action: 'rate', rating })}
            />
          ))}
        </Stack>
      )}
    </Stack>
  );
}

interface Props {
  hash: string;
  ledger: CaptionLedger;
  drafts: Drafts;
  /** There is something in the editor to merge with. */
  hasText: boolean;
  /** A language model is there that can say drafts differently. */
  rewritesOn: boolean;
  usedId: number | null;
  onUse: (draft: Caption) => void;
  onMerge: (draft: Caption) => void;
}
