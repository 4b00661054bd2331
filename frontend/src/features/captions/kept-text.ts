/** What a person has typed and not saved yet, kept in this browser so that no reload, crash or lost network takes it. */
import { storageName } from '@/lib/base-path';
import type { UsedDraft } from './save-step';

export interface KeptText {
  text: string;
  draft: UsedDraft | null;
  /** The caption that stood when it was typed; absent in what an older version kept. */
  base?: { text: string; id: number | null };
}

const key = (userId: number, hash: string) => storageName(`caption-text:${userId}:${hash}`);

export function keepText(userId: number, hash: string, kept: KeptText): void {
  try {
    localStorage.setItem(key(userId, hash), JSON.stringify(kept));
  } catch {
    // A full or forbidden storage only loses the safety net, not the text in the editor.
  }
}

export function readKeptText(userId: number, hash: string): KeptText | null {
  try {
    const kept = JSON.parse(localStorage.getItem(key(userId, hash)) ?? 'null') as KeptText | null;
    return typeof kept?.text === 'string' ? kept : null;
  } catch {
    return null;
  }
}

export function dropKeptText(userId: number, hash: string): void {
  localStorage.removeItem(key(userId, hash));
}
