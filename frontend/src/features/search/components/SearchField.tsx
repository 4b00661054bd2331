import { Text, TextInput, VisuallyHidden } from '@mantine/core';
import { IconHash, IconLibraryPhoto, IconMapPin, IconSearch, IconUser, type Icon } from '@tabler/icons-react';
import { useId, useState, type KeyboardEvent, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Suggestion } from '@/lib/api-types';
import { paths } from '@/lib/paths';
import { useSuggestions } from '../api/get-suggestions';
import classes from './SearchField.module.css';

const ICONS: Record<Suggestion['kind'], Icon> = {
  person: IconUser,
  place: IconMapPin,
  hashtag: IconHash,
  album: IconLibraryPhoto,
  word: IconSearch,
};

/**
 * The search field with suggestions: an editable combobox with a list, as the ARIA practices guide describes it.
 *
 * Arrows move through the list, Enter takes the marked entry or searches, Esc closes it. People, places, hashtags and
 * albums lead to their pages, words complete the text.
 */
export function SearchField({ value, onChange, onSubmit, ref }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const id = useId();
  const suggestions = useSuggestions(value);
  const [wanted, setWanted] = useState(false);
  const [marked, setMarked] = useState(-1);
  const open = wanted && suggestions.length > 0;
  const current = open ? suggestions[marked] : undefined;
  const optionId = (index: number) => `${id}-${index}`;

  const close = () => {
    setWanted(false);
    setMarked(-1);
  };
  const take = (suggestion: Suggestion) => {
    close();
    const page = pageOf(suggestion);
    if (page) void navigate(page);
    else onChange(suggestion.text);
  };
  const move = (step: number) => {
    setWanted(true);
    // One place more than there are entries: none of them, the field itself.
    const places = suggestions.length + 1;
    setMarked((at) => ((Math.min(at, suggestions.length - 1) + 1 + step + places) % places) - 1);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Enter' && current) take(current);
    else if (event.key === 'Enter') {
      close();
      onSubmit();
    } else if (event.key === 'Escape' && open) close();
    else return;
    event.preventDefault();
  };

  return (
    <div className={classes.field}>
      <TextInput
        ref={ref}
        role="combobox"
        aria-label={t('search.label')}
        aria-autocomplete="list"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-activedescendant={current && optionId(marked)}
        placeholder={t('search.placeholder')}
        value={value}
        maxLength={200}
        size="md"
        dir="auto"
        autoComplete="off"
        enterKeyHint="search"
        leftSection={<IconSearch size={18} aria-hidden />}
        onChange={(event) => {
          onChange(event.currentTarget.value);
          setWanted(true);
          setMarked(-1);
        }}
        onBlur={close}
        onKeyDown={onKeyDown}
      />
      <VisuallyHidden role="status">
        {open && t('search.offered', { count: suggestions.length })}
      </VisuallyHidden>
      {open && (
        <ul className={classes.list} role="listbox" id={id} aria-label={t('search.suggestions')}>
          {suggestions.map((suggestion, index) => (
            <Option
              key={`${suggestion.kind} ${suggestion.text}`}
              id={optionId(index)}
              suggestion={suggestion}
              marked={index === marked}
              onTake={() => take(suggestion)}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

function Option({ id, suggestion, marked, onTake }: OptionProps) {
  const { t } = useTranslation();
  const { kind, text, count } = suggestion;
  const KindIcon = ICONS[kind];
  return (
    // The keyboard is the field's, which names the marked entry by aria-activedescendant.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <li
      role="option"
      id={id}
      aria-selected={marked}
      tabIndex={-1}
      className={classes.option}
      ref={(element) => {
        if (marked) element?.scrollIntoView({ block: 'nearest' });
      }}
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onTake}
    >
      <KindIcon size={18} aria-hidden />
      <bdi className={classes.text}>{kind === 'hashtag' ? `#${text}` : text}</bdi>
      <Text component="span" size="xs" c="dimmed">
        {t(`search.kinds.${kind}`)}
        {count !== null && ` · ${t('common.photos', { count })}`}
      </Text>
    </li>
  );
}

/** The page of a suggestion; null of a word, which has none. */
function pageOf({ kind, id }: Suggestion): string | null {
  if (kind === 'word' || id === null) return null;
  return kind === 'hashtag' ? paths.tag(id) : paths[kind](id);
}

interface OptionProps {
  id: string;
  suggestion: Suggestion;
  marked: boolean;
  onTake: () => void;
}

interface Props {
  value: string;
  onChange: (text: string) => void;
  /** Search now, without waiting for more letters. */
  onSubmit: () => void;
  ref?: Ref<HTMLInputElement>;
}
