/** What saving means, from where the text came from. */

export interface UsedDraft {
  id: number;
  text: string;
}

export type SaveStep =
  | { kind: 'nothing' }
  | { kind: 'accept'; draftId: number }
  | { kind: 'merge'; draftId: number; text: string }
  | { kind: 'own'; text: string };

/**
 * `base` is the caption that stood when editing began; `draft` the last one taken into the editor.
 * A cleared text is the person's own decision, whatever was in the editor before.
 */
export function saveStep({
  text,
  base,
  draft,
}: {
  text: string;
  base: string;
  draft: UsedDraft | null;
}): SaveStep {
  const trimmed = text.trim();
  if (trimmed === '') return base.trim() === '' ? { kind: 'nothing' } : { kind: 'own', text: '' };
  if (draft && trimmed === draft.text.trim()) return { kind: 'accept', draftId: draft.id };
  if (trimmed === base.trim()) return { kind: 'nothing' };
  return draft ? { kind: 'merge', draftId: draft.id, text: trimmed } : { kind: 'own', text: trimmed };
}
