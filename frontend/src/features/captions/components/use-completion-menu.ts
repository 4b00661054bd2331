import { useMemo, useState } from 'react';
import type { CompletionQuery } from './completion-extension';

export interface Completable {
  /** Names of the hashtags there are, without `#`. */
  tags: string[];
  /** Names of people, those on this photo first. */
  people: string[];
  /** Which of the people are on this photo. */
  here: string[];
}

export interface Choice {
  label: string;
  /** What is written; a person is written by name alone, as the caption is also read aloud. */
  insert: string;
  note?: 'new' | 'here';
}

export interface CompletionMenuState {
  query: CompletionQuery | null;
  choices: Choice[];
  active: number;
  setQuery: (query: CompletionQuery | null) => void;
  /** True when the menu took the key. */
  onKey: (key: string) => boolean;
  choose: (choice: Choice) => void;
}

const LIMIT = 6;

/** Existing tags that fit what was typed, and the typed word itself as a new one. */
export function tagChoices(tags: string[], typed: string): Choice[] {
  const known = fitting(tags, typed).map((tag) => ({ label: `#${tag}`, insert: `#${tag}` }));
  const isNew = typed !== '' && !tags.some((tag) => lower(tag) === lower(typed));
  return isNew ? [...known, { label: `#${typed}`, insert: `#${typed}`, note: 'new' }] : known;
}

/** People whose name fits what was typed; those on the photo come first and are marked. */
export function personChoices(people: string[], here: string[], typed: string): Choice[] {
  const others = people.filter((name) => !here.includes(name));
  return [...fitting(here, typed), ...fitting(others, typed)]
    .slice(0, LIMIT)
    .map((name) => ({ label: name, insert: name, ...(here.includes(name) && { note: 'here' as const }) }));
}

export function useCompletionMenu({ tags, people, here }: Completable): CompletionMenuState {
  const [query, setQueryState] = useState<CompletionQuery | null>(null);
  const [active, setActive] = useState(0);
  const [kind, typed] = [query?.kind, query?.text ?? ''];
  const choices = useMemo(() => {
    if (!kind) return [];
    return kind === 'tag' ? tagChoices(tags, typed) : personChoices(people, here, typed);
  }, [kind, typed, tags, people, here]);

  const setQuery = (next: CompletionQuery | null) => {
    setQueryState(next);
    setActive(0);
  };
  const choose = (choice: Choice) => query?.insert(choice.insert);
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

/** What starts with the typed text, then what has a word that does, then what holds it anywhere. */
function fitting(names: string[], typed: string): string[] {
  const wanted = lower(typed);
  const rank = (name: string) => {
    const text = lower(name);
    if (text.startsWith(wanted)) return 0;
    if (text.split(/\s+/).some((word) => word.startsWith(wanted))) return 1;
    return text.includes(wanted) ? 2 : 3;
  };
  return names
    .filter((name) => rank(name) < 3)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, LIMIT);
}

function lower(text: string): string {
  return text.toLocaleLowerCase();
}
