import { useQuery } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { ImageTag, Storage } from '@/lib/api-types';

/** What helps to understand a report of a fault: numbers and versions, no names. */
export function useServerFacts() {
  return useQuery({
    queryKey: ['server-facts'],
    queryFn: ({ signal }) =>
      api.get<Record<string, unknown> & { version: string }>('/api/serverstats', { signal }),
  });
}

export function useStorage() {
  return useQuery({
    queryKey: ['storage'],
    queryFn: ({ signal }) => api.get<Storage>('/api/storagestats', { signal }),
  });
}

export function useImageTag() {
  return useQuery({
    queryKey: ['image-tag'],
    queryFn: ({ signal }) => api.get<ImageTag>('/api/imagetag', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
