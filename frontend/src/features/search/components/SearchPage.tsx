import { Autocomplete, Text, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useTags } from '@/api/get-tags';
import { useSearch } from '@/api/search-photos';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PageLoader } from '@/components/PageLoader';
import { PhotoGroups } from '@/components/PhotoGroups';
import { tagName } from '@/lib/hashtags';
import { useFocusOnMount } from '@/lib/use-focus-on-mount';
import { useSuggestions } from '../api/get-suggestions';

const WAIT_MS = 350;

/** Search as one types; the words stand in the address, so a search can be kept and reloaded. */
export default function SearchPage() {
  const { t } = useTranslation();
  const [query, setQuery] = useSearchParams();
  const words = query.get('q') ?? '';
  const [typed, setTyped] = useState(words);
  const [shown, setShown] = useState(words);
  const field = useFocusOnMount<HTMLInputElement>(!words);
  const suggestions = useSuggestionList();

  // The address changed by other means than typing: a link, back and forth.
  if (words !== shown) {
    setShown(words);
    if (words !== typed.trim()) setTyped(words);
  }
  useEffect(() => {
    if (typed.trim() === words) return;
    const timer = setTimeout(
      () => setQuery(typed.trim() ? { q: typed.trim() } : {}, { replace: true }),
      WAIT_MS,
    );
    return () => clearTimeout(timer);
  }, [typed, words, setQuery]);

  return (
    <>
      <Title order={1} size="h3" mb="md">
        {t('search.title')}
      </Title>
      <Autocomplete
        type="search"
        aria-label={t('search.label')}
        placeholder={t('search.placeholder')}
        data={suggestions}
        limit={8}
        value={typed}
        onChange={setTyped}
        leftSection={<IconSearch size={18} aria-hidden />}
        maw={560}
        mb="lg"
        size="md"
        ref={field}
      />
      {words ? (
        <SearchResults words={words} />
      ) : (
        <EmptyState
          icon={<IconSearch size={48} />}
          title={t('search.startTitle')}
          hint={t('search.startHint')}
        />
      )}
    </>
  );
}

function SearchResults({ words }: { words: string }) {
  const { t } = useTranslation();
  const search = useSearch(words);
  if (search.isPending) return <PageLoader />;
  if (!search.data) return <ErrorNotice error={search.error} onRetry={() => void search.refetch()} />;
  const count = search.data.reduce((sum, group) => sum + group.items.length, 0);
  return (
    <>
      <Text c="dimmed" mb="md" role="status">
        {t('search.found', { count })}
      </Text>
      {count ? (
        <PhotoGroups groups={search.data} source={{ kind: 'search', text: words }} />
      ) : (
        <EmptyState
          icon={<IconSearch size={48} />}
          title={t('search.noneTitle')}
          hint={t('search.noneHint')}
        />
      )}
    </>
  );
}

function useSuggestionList(): string[] {
  const tags = useTags();
  const words = useSuggestions();
  return useMemo(() => {
    const all = [...(tags.data ?? []).map((tag) => `#${tagName(tag.title)}`), ...(words.data ?? [])];
    return [...new Set(all)];
  }, [tags.data, words.data]);
}
