import { useMemo, useState } from 'react';
import type { HashtagQuery } from './hashtag-extension';

export interface HashtagChoice {
  tag: string;
  isNew: boolean;
}

export interface HashtagMenuState {
  query: HashtagQuery | null;
  choices: HashtagChoice[];
  active: number;
  setQuery: (query: HashtagQuery | null) => void;
  /** True when the menu took the key. */
  onKey: (key: string) => boolean;
  choose: (choice: HashtagChoice) => void;
}

const LIMIT = 6;

/** Existing tags that fit what was typed, and the typed word itself as a new one. */
export function hashtagChoices(tags: string[], typed: string): HashtagChoice[] {
  const wanted = typed.toLocaleLowerCase();
  const starts = tags.filter((tag) => tag.toLocaleLowerCase().startsWith(wanted));
  const holds = tags.filter((tag) => !starts.includes(tag) && tag.toLocaleLowerCase().includes(wanted));
  const known = [...starts, ...holds].slice(0, LIMIT).map((tag) => ({ tag, isNew: false }));
  const isNew = typed !== '' && !tags.some((tag) => tag.toLocaleLowerCase() === wanted);
  return isNew ? [...known, { tag: typed, isNew }] : known;
}

export function useHashtagMenu(tags: string[]): HashtagMenuState {
  const [query, setQueryState] = useState<HashtagQuery | null>(null);
  const [active, setActive] = useState(0);
  const typed = query?.text;
  const choices = useMemo(() => (typed === undefined ? [] : hashtagChoices(tags, typed)), [tags, typed]);

  const setQuery = (next: HashtagQuery | null) => {
    setQueryState(next);
    setActive(0);
  };
  const choose = (choice: HashtagChoice) => query?.choose(choice.tag);
  const onKey = (key: string): boolean => {
    const choice = choices[active];
    if (!query || !choice) return false;
    if (key === 'ArrowDown') setActive((active + 1) % choices.length);
    else if (key === 'ArrowUp') setActive((active + choices.length - 1) % choices.length);
    else if (key === 'Enter' || key === 'Tab') choose(choice);
    else if (key === 'Escape') setQuery(null);
    else return false;
    return true;
  };
  return { query, choices, active, setQuery, onKey, choose };
}
