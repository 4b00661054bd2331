import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useEffect, useEffectEvent, useImperativeHandle, useRef, useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { CaptionText } from '@/components/CaptionText';
import { ErrorNotice } from '@/components/ErrorNotice';
import { useCaptions } from '../api/get-captions';
import { useCaptionEditing } from '../use-caption-editing';
import { useDrafts } from '../use-drafts';
import { CaptionEditing } from './CaptionEditing';
import { CaptionHistory } from './CaptionHistory';
import classes from './Captions.module.css';

export interface CaptionPanelHandle {
  edit: () => void;
  draft: () => void;
}

/**
 * The caption of a photo: read it, or edit it with drafts at hand.
 *
 * `knownText` is what the photo's detail said, shown until the ledger has come.
 */
export function CaptionPanel(props: Props) {
  const { hash, userId, knownText, mayEdit, captionsOn, rewritesOn, peopleHere, ref } = props;
  const { t } = useTranslation();
  const ledger = useCaptions(hash);
  const editing = useCaptionEditing(userId, hash);
  const drafts = useDrafts(hash);
  const [restored, setRestored] = useState<string | null>(null);
  const editButton = useRef<HTMLButtonElement>(null);
  const current = ledger.data?.current ?? null;
  const text = ledger.data ? (current?.text ?? '') : knownText;
  const isEditing = editing.editing !== null;

  const begin = (withDraft: boolean) => {
    if (!mayEdit || !ledger.data) return;
    if (!isEditing) editing.begin(current);
    if (withDraft && captionsOn) drafts.request();
  };
  // A key or button pressed before the caption is there counts as soon as it is.
  const wish = useRef<'edit' | 'draft' | null>(null);
  const ask = (wished: 'edit' | 'draft') => {
    if (ledger.data) begin(wished === 'draft');
    else wish.current = wished;
  };
  useImperativeHandle(ref, () => ({ edit: () => ask('edit'), draft: () => ask('draft') }));
  const isHere = ledger.data !== undefined;
  const fulfil = useEffectEvent(() => {
    if (wish.current) begin(wish.current === 'draft');
    wish.current = null;
  });
  useEffect(() => {
    if (isHere) fulfil();
  }, [isHere]);

  // Whoever leaves the editor finds the keyboard focus where editing began.
  const wasEditing = useRef(false);
  useEffect(() => {
    if (wasEditing.current && !isEditing) editButton.current?.focus();
    wasEditing.current = isEditing;
  }, [isEditing]);

  return (
    <section aria-labelledby="caption-heading">
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap">
          <Title order={2} size="h5" id="caption-heading">
            {t('captions.caption')}
          </Title>
          {mayEdit && !isEditing && ledger.data && (
            <Button
              ref={editButton}
              size="xs"
              variant="default"
              leftSection={<IconPencil size={16} aria-hidden />}
              onClick={() => begin(false)}
            >
              {text ? t('captions.edit') : t('captions.add')}
            </Button>
          )}
        </Group>
        {ledger.error && !ledger.data && (
          <ErrorNotice error={ledger.error} onRetry={() => void ledger.refetch()} />
        )}
        {isEditing && ledger.data ? (
          <CaptionEditing
            hash={hash}
            ledger={ledger.data}
            editing={editing}
            drafts={drafts}
            captionsOn={captionsOn}
            rewritesOn={rewritesOn}
            peopleHere={peopleHere}
            restored={restored}
            onRestored={() => setRestored(null)}
          />
        ) : (
          <>
            {text ? <CaptionText text={text} /> : <Text c="dimmed">{t('captions.none')}</Text>}
            {editing.unsaved !== null && (
              <Alert variant="light" color="yellow" title={t('captions.unsavedTitle')}>
                <Text size="sm" className={classes.kept} dir="auto">
                  {editing.unsaved || t('captions.emptyText')}
                </Text>
                <Group mt="xs" gap="xs">
                  <Button size="compact-sm" onClick={() => ask('edit')}>
                    {t('captions.goOn')}
                  </Button>
                  <Button size="compact-sm" variant="default" onClick={editing.cancel}>
                    {t('captions.throwAway')}
                  </Button>
                </Group>
              </Alert>
            )}
          </>
        )}
        {ledger.data && (
          <CaptionHistory
            hash={hash}
            ledger={ledger.data}
            onRestore={
              mayEdit
                ? (old) => {
                    if (!isEditing) editing.begin(current);
                    // Through the editor, where it can be undone: text that was not saved comes back so.
                    setRestored(old.text);
                  }
                : undefined
            }
            key={String(isEditing)}
          />
        )}
      </Stack>
    </section>
  );
}

interface Props {
  hash: string;
  userId: number;
  knownText: string;
  mayEdit: boolean;
  /** False when the administrator has switched captioning off: no wand then. */
  captionsOn: boolean;
  /** A language model is there that can say drafts differently. */
  rewritesOn: boolean;
  /** Names of the people on the photo; stays the same array while they do. */
  peopleHere: string[];
  ref?: Ref<CaptionPanelHandle>;
}
