import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/lib/api-client';
import { ApiError } from '@/lib/api-error';
import type { ModelSetting, SiteSettings } from '@/lib/api-types';

interface Choice {
  setting: ModelSetting;
  /** A model's id, or the server's word for none. */
  id: string;
  /** Take it although the machine has too little free. */
  confirm: boolean;
  /** It is not here yet: fetch it at once. */
  download: boolean;
}

/** Use a model for its task from the next request on. */
export function useChooseModel() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ setting, id, confirm, download }: Choice) => {
      const settings = await api.post<SiteSettings>('/api/sitesettings', { [setting]: id, confirm });
      queryClient.setQueryData(['site-settings'], settings);
      if (download) await api.post(`/api/models/${id}/download/`, {});
    },
    onSettled: () =>
      Promise.all(
        [['site-settings'], ['models'], ['model-costs'], ['jobs']].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      ),
  });
}

/** The server wants it confirmed that the model needs more than there is. */
export function needsConfirm(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'confirm_needed';
}
