import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { Caption } from '@/lib/api-types';
import { storeCaption } from './get-captions';

export type Decision = { action: 'refuse' } | { action: 'rate'; rating: number };

/** Refuse a draft, or give a row its stars. */
export function useDecideCaption(hash: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, decision }: { id: number; decision: Decision }) =>
      api.patch<Caption>(`/api/photos/${hash}/captions/${id}/`, decision),
    onSuccess: (caption) => storeCaption(queryClient, hash, caption),
  });
}
