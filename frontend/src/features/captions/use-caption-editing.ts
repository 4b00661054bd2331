import { useCallback, useState } from 'react';
import type { Caption } from '@/lib/api-types';
import { dropKeptText, keepText, readKeptText } from './kept-text';
import { saveStep, type SaveStep, type UsedDraft } from './save-step';

export interface Editing {
  text: string;
  /** The caption that stood when editing began. */
  base: string;
  baseId: number | null;
  draft: UsedDraft | null;
}

export interface CaptionEditing {
  /** Null while nobody edits. */
  editing: Editing | null;
  /** Text typed earlier and neither saved nor thrown away. */
  unsaved: string | null;
  begin: (current: Caption | null) => void;
  setText: (text: string) => void;
  /** Remember that the text in the editor is this draft's, or (null) nobody's. */
  noteDraft: (draft: UsedDraft | null) => void;
  /** Someone else's newer caption becomes what this text is compared with. */
  rebase: (current: Caption | null) => void;
  saved: () => void;
  /** Leave the editor and throw the typed text away. */
  cancel: () => void;
  /** Leave the editor; the typed text stays kept. */
  leave: () => void;
  step: () => SaveStep;
}

/** The state of one person editing one caption; every change is kept locally until saved or cancelled. */
export function useCaptionEditing(userId: number, hash: string): CaptionEditing {
  const [editing, setEditing] = useState<Editing | null>(null);
  const [kept, setKept] = useState(() => readKeptText(userId, hash));

  const change = useCallback(
    (changes: Partial<Editing>) =>
      setEditing((before) => {
        if (!before) return before;
        const after = { ...before, ...changes };
        const { text, draft, base, baseId } = after;
        keepText(userId, hash, { text, draft, base: { text: base, id: baseId } });
        return after;
      }),
    [userId, hash],
  );
  const begin = useCallback(
    (current: Caption | null) => {
      const before = readKeptText(userId, hash);
      // Kept text still answers the caption it was typed against: whoever changed that since is not overwritten unseen.
      const base = before?.base ?? { text: current?.text ?? '', id: current?.id ?? null };
      setEditing({
        text: before?.text ?? base.text,
        base: base.text,
        baseId: base.id,
        draft: before?.draft ?? null,
      });
    },
    [userId, hash],
  );
  const end = useCallback(() => {
    dropKeptText(userId, hash);
    setKept(null);
    setEditing(null);
  }, [userId, hash]);
  const leave = useCallback(() => {
    setEditing((now) => {
      if (now && saveStep(now).kind === 'nothing') dropKeptText(userId, hash);
      return null;
    });
    setKept(readKeptText(userId, hash));
  }, [userId, hash]);

  return {
    editing,
    unsaved: editing ? null : (kept?.text ?? null),
    begin,
    setText: useCallback((text: string) => change({ text }), [change]),
    noteDraft: useCallback((draft: UsedDraft | null) => change({ draft }), [change]),
    rebase: useCallback(
      (current: Caption | null) => change({ base: current?.text ?? '', baseId: current?.id ?? null }),
      [change],
    ),
    saved: end,
    cancel: end,
    leave,
    step: () => (editing ? saveStep(editing) : { kind: 'nothing' }),
  };
}
