import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/lib/api-client';
import type { Results, Suggestion } from '@/lib/api-types';

const WAIT_MS = 150;

/** What goes on the typed text: people, places, hashtags, albums, words of captions. None while they are not known. */
export function useSuggestions(typed: string): Suggestion[] {
  const { language } = useTranslation().i18n;
  const [search] = useDebouncedValue(typed, WAIT_MS);
  const query = useQuery({
    queryKey: ['suggestions', search, language],
    queryFn: async ({ signal }) =>
      (
        await api.get<Results<Suggestion[]>>('/api/searchsuggestions/', {
          query: { search, language },
          signal,
        })
      ).results,
    enabled: search.trim() !== '',
    placeholderData: (before) => before,
    retry: false,
  });
  return typed.trim() && search.trim() ? (query.data ?? []) : [];
}

/** Words worth searching for in this library; none where the server has no such list. */
export function useExamples(): string[] {
  const query = useQuery({
    queryKey: ['search-examples'],
    queryFn: async ({ signal }) =>
      (await api.get<Results<string[]>>('/api/searchtermexamples/', { signal })).results,
    staleTime: 5 * 60_000,
    retry: false,
  });
  return query.data ?? [];
}
