import { diffArrays } from 'diff';

/** A stretch where both texts agree, or where each has its own words. */
export type DiffPart = { kind: 'same'; text: string } | { kind: 'different'; mine: string; theirs: string };

/** Compare two captions word by word; the spaces stay with the words before them. */
export function diffWords(mine: string, theirs: string): DiffPart[] {
  const parts: DiffPart[] = [];
  for (const change of diffArrays(words(mine), words(theirs), { comparator: sameWord })) {
    const text = change.value.join('');
    const last = parts.at(-1);
    if (!change.added && !change.removed) parts.push({ kind: 'same', text });
    else if (last?.kind === 'different') last[change.added ? 'theirs' : 'mine'] += text;
    else parts.push({ kind: 'different', mine: change.added ? '' : text, theirs: change.added ? text : '' });
  }
  return parts;
}

/** Put the parts together again, taking the words of `theirs` where `choose` says so. */
export function joinParts(parts: DiffPart[], choose: (index: number) => 'mine' | 'theirs' | 'both'): string {
  const texts = parts.map((part, index) => {
    if (part.kind === 'same') return part.text;
    const choice = choose(index);
    return choice === 'both' ? `${part.mine.trimEnd()} ${part.theirs}` : part[choice];
  });
  return texts
    .map((text, index) =>
      text && !/\s$/.test(text) && texts.slice(index + 1).some(Boolean) ? `${text} ` : text,
    )
    .join('')
    .trim();
}

function words(text: string): string[] {
  return text.match(/\S+\s*/g) ?? [];
}

function sameWord(a: string, b: string): boolean {
  return a.trim() === b.trim();
}
