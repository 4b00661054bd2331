import { Button, Group, Text, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useSearch } from '@/api/search-photos';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PageLoader } from '@/components/PageLoader';
import { PhotoGroups } from '@/components/PhotoGroups';
import { paths } from '@/lib/paths';
import { useFocusOnMount } from '@/lib/use-focus-on-mount';
import { useExamples } from '../api/get-suggestions';
import { SearchField } from './SearchField';

const WAIT_MS = 350;

/** Search as one types; the words stand in the address, so a search can be kept and reloaded. */
export default function SearchPage() {
  const { t } = useTranslation();
  const [query, setQuery] = useSearchParams();
  const words = query.get('q') ?? '';
  const [typed, setTyped] = useState(words);
  const [shown, setShown] = useState(words);
  const field = useFocusOnMount<HTMLInputElement>(!words);

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
      <SearchField
        ref={field}
        value={typed}
        onChange={setTyped}
        onSubmit={() => setQuery(typed.trim() ? { q: typed.trim() } : {}, { replace: true })}
      />
      {words ? (
        <SearchResults words={words} />
      ) : (
        <EmptyState
          icon={<IconSearch size={48} />}
          title={t('search.startTitle')}
          hint={t('search.startHint')}
        >
          <Examples />
        </EmptyState>
      )}
    </>
  );
}

function SearchResults({ words }: { words: string }) {
  const { t } = useTranslation();
  const search = useSearch(words);
  if (search.isPending) return <PageLoader />;
  if (!search.data) return <ErrorNotice error={search.error} onRetry={() => void search.refetch()} />;
  const count = search.data.groups.reduce((sum, group) => sum + group.items.length, 0);
  return (
    <>
      <Text c="dimmed" mb="md" role="status">
        {t(search.data.more ? 'search.foundMore' : 'search.found', { count })}
      </Text>
      {count ? (
        <PhotoGroups groups={search.data.groups} source={{ kind: 'search', text: words }} />
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

/** Where to begin: words that find something here. */
function Examples() {
  const { t } = useTranslation();
  const examples = useExamples();
  if (!examples.length) return null;
  return (
    <Group gap="xs" justify="center" role="group" aria-label={t('search.examples')}>
      {examples.map((text) => (
        <Button
          key={text}
          component={Link}
          to={paths.searchFor(text)}
          variant="default"
          size="xs"
          radius="xl"
        >
          <bdi>{text}</bdi>
        </Button>
      ))}
    </Group>
  );
}
