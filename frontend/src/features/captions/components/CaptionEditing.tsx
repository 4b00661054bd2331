import { ActionIcon, Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconArrowBackUp, IconWand } from '@tabler/icons-react';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeople } from '@/api/get-people';
import { useTags } from '@/api/get-tags';
import { ErrorNotice } from '@/components/ErrorNotice';
import type { Caption, CaptionLedger } from '@/lib/api-types';
import { tagName } from '@/lib/hashtags';
import { useFetchCaptions } from '../api/get-captions';
import { isConflict, useSaveCaption } from '../api/save-caption';
import type { CaptionEditing as EditingState } from '../use-caption-editing';
import type { Drafts } from '../use-drafts';
import type { CaptionEditorHandle } from './CaptionEditor';
import classes from './Captions.module.css';
import { DraftList } from './DraftList';

// The editor is the largest part of the page and needed only by those who edit.
const CaptionEditor = lazy(() => import('./CaptionEditor'));
const MergeView = lazy(() => import('./MergeView'));

export function CaptionEditing(props: Props) {
  const { hash, ledger, editing, drafts, captionsOn, rewritesOn, peopleHere, restored, onRestored } = props;
  const { t } = useTranslation();
  const save = useSaveCaption(hash);
  const fetchCaptions = useFetchCaptions();
  const tags = useTags().data;
  const people = usePeople().data;
  const completable = useMemo(
    () => ({
      tags: (tags ?? []).map((tag) => tagName(tag.title)),
      people: (people ?? []).map((person) => person.name),
      here: peopleHere,
    }),
    [tags, people, peopleHere],
  );
  const editor = useRef<CaptionEditorHandle>(null);
  const [merging, setMerging] = useState<Caption | null>(null);
  const [conflict, setConflict] = useState<{ current: Caption | null } | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [saving, setSaving] = useState(false);
  const state = editing.editing;

  const submit = async (overwrite = false) => {
    if (!state || saving) return;
    setSaving(true);
    setFailure(null);
    try {
      await save.mutateAsync({ step: editing.step(), base: overwrite ? undefined : state.baseId });
      editing.saved();
    } catch (error) {
      await hear(error, state.text.trim());
    } finally {
      setSaving(false);
    }
  };
  const hear = async (error: unknown, mine: string) => {
    if (!isConflict(error)) return setFailure(error);
    try {
      const { current } = await fetchCaptions(hash);
      // An earlier attempt may have arrived, and only its answer been lost.
      if ((current?.text ?? '') === mine) editing.saved();
      else setConflict({ current });
    } catch (failed) {
      setFailure(failed);
    }
  };
  if (!state) return null;

  const use = (draft: Caption, text = draft.text) => {
    editor.current?.setText(text);
    editing.noteDraft({ id: draft.id, text: draft.text });
    setMerging(null);
  };
  const acceptTheirs = () => {
    setMerging(conflict?.current ?? null);
    editing.rebase(conflict?.current ?? null);
    setConflict(null);
  };

  return (
    <Stack gap="sm">
      <Suspense fallback={<Skeleton height={96} />}>
        <CaptionEditor
          ref={editor}
          initialText={state.text}
          label={t('captions.caption')}
          placeholder={t('captions.placeholder')}
          completable={completable}
          replacement={restored}
          onReplaced={() => {
            editing.noteDraft(null);
            onRestored();
          }}
          onChange={editing.setText}
          onSave={() => void submit()}
          onLeave={editing.leave}
        />
      </Suspense>
      {failure !== null && <ErrorNotice error={failure} onRetry={() => void submit()} />}
      {failure !== null && (
        <Text size="sm" c="dimmed">
          {t('captions.textIsSafe')}
        </Text>
      )}
      {conflict && (
        <Alert color="orange" variant="light" title={t('captions.conflictTitle')} role="alert">
          <Text size="sm" className={classes.kept} dir="auto">
            {conflict.current?.text || t('captions.emptyText')}
          </Text>
          <Group mt="xs" gap="xs">
            <Button size="compact-sm" onClick={acceptTheirs}>
              {t('captions.compare')}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => {
                setConflict(null);
                void submit(true);
              }}
            >
              {t('captions.keepMine')}
            </Button>
          </Group>
        </Alert>
      )}
      <Group gap="xs">
        <Button size="sm" onClick={() => void submit()} loading={saving}>
          {t('common.save')}
        </Button>
        <Button size="sm" variant="default" onClick={editing.cancel}>
          {t('common.cancel')}
        </Button>
        <ActionIcon
          size="lg"
          variant="subtle"
          color="gray"
          aria-label={t('captions.undo')}
          title={t('captions.undo')}
          onClick={() => editor.current?.undo()}
        >
          <IconArrowBackUp size={20} aria-hidden />
        </ActionIcon>
        {captionsOn && (
          <Button
            size="sm"
            variant="light"
            ms="auto"
            onClick={() => (drafts.busy ? drafts.stop() : drafts.request())}
            leftSection={<IconWand size={18} aria-hidden />}
          >
            {drafts.busy ? t('captions.stop') : t('captions.draft')}
          </Button>
        )}
      </Group>
      {merging ? (
        <Suspense fallback={<Skeleton height={120} />}>
          <MergeView
            mine={state.text}
            theirs={merging.text}
            onDone={(text) =>
              merging.author ? (editor.current?.setText(text), setMerging(null)) : use(merging, text)
            }
            onCancel={() => setMerging(null)}
          />
        </Suspense>
      ) : (
        <DraftList
          hash={hash}
          ledger={ledger}
          drafts={drafts}
          rewritesOn={rewritesOn}
          hasText={state.text.trim() !== ''}
          usedId={state.draft?.id ?? null}
          onUse={use}
          onMerge={setMerging}
        />
      )}
    </Stack>
  );
}

interface Props {
  hash: string;
  ledger: CaptionLedger;
  editing: EditingState;
  drafts: Drafts;
  captionsOn: boolean;
  rewritesOn: boolean;
  peopleHere: string[];
  /** An earlier text that the person wants back in the editor. */
  restored: string | null;
  onRestored: () => void;
}
