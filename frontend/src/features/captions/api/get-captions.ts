import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { Caption, CaptionLedger } from '@/lib/api-types';

export const captionsKey = (hash: string) => ['captions', hash] as const;

const ledgerOptions = (hash: string) => ({
  queryKey: captionsKey(hash),
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    api.get<CaptionLedger>(`/api/photos/${hash}/captions/`, { signal }),
});

/** Every caption the photo ever had, newest first, and the one that stands. */
export function useCaptions(hash: string) {
  return useQuery(ledgerOptions(hash));
}

/** The ledger as it is on the server now, past every cache. */
export function useFetchCaptions(): (hash: string) => Promise<CaptionLedger> {
  const queryClient = useQueryClient();
  return (hash) => queryClient.fetchQuery({ ...ledgerOptions(hash), staleTime: 0 });
}

/** The ids of the rows that the cached ledger has; empty while it has not come. */
export function knownCaptionIds(queryClient: QueryClient, hash: string): Set<number> {
  const ledger = queryClient.getQueryData<CaptionLedger>(captionsKey(hash));
  return new Set(ledger?.results.map((row) => row.id));
}

/** Put one row into the cached ledger, in place of an older state of it. */
export function storeCaption(queryClient: QueryClient, hash: string, caption: Caption): void {
  queryClient.setQueryData<CaptionLedger>(captionsKey(hash), (ledger) => {
    if (!ledger) return ledger;
    const others = ledger.results.filter((one) => one.id !== caption.id);
    return { ...ledger, results: [caption, ...others].sort((a, b) => b.id - a.id) };
  });
}
