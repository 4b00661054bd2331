import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import type { ModelCosts, ModelEntry, Results } from '@/lib/api-types';
import { isUnderWay } from '../model-facts';

const LIVE_MS = 1500;

/** Every model the server knows and what of it is there; followed while one is being fetched. */
export function useModels() {
  return useQuery({
    queryKey: ['models'],
    queryFn: async ({ signal }) => (await api.get<Results<ModelEntry[]>>('/api/models/', { signal })).results,
    refetchInterval: ({ state }) => (state.data?.some((model) => isUnderWay(model)) ? LIVE_MS : false),
  });
}

/** What this machine has, and what each choice would cost on it. */
export function useModelCosts() {
  return useQuery({
    queryKey: ['model-costs'],
    queryFn: ({ signal }) => api.get<ModelCosts>('/api/models/costs/', { signal }),
  });
}

export type ModelAct = 'download' | 'cancel' | 'verify' | 'remove';

/** Do something with the files of a model. */
export function useModelAct() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, act }: { id: string; act: ModelAct }) => {
      const path = `/api/models/${id}/`;
      if (act === 'remove') return api.delete<unknown>(path);
      if (act === 'cancel') return api.delete<unknown>(`${path}download/`);
      return api.post<unknown>(`${path}${act}/`, {});
    },
    onSettled: () =>
      Promise.all(
        [['models'], ['model-costs'], ['jobs']].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
