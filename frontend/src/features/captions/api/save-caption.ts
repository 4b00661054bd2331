import { useMutation, useQueryClient } from '@tanstack/react-query';
import { invalidatePhoto } from '@/api/get-photo';
import { api } from '@/lib/api-client';
import { ApiError } from '@/lib/api-error';
import type { Caption } from '@/lib/api-types';
import type { SaveStep } from '../save-step';

interface Save {
  step: SaveStep;
  /** Id of the caption the person saw (null: none); undefined overwrites whatever stands there now. */
  base: number | null | undefined;
}

/** Make a text the photo's caption, by the door that fits where the text came from. */
export function useSaveCaption(hash: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ step, base }: Save): Promise<void> => {
      const captions = `/api/photos/${hash}/captions/`;
      if (step.kind === 'accept')
        await api.patch<Caption>(`${captions}${step.draftId}/`, { action: 'accept', base });
      if (step.kind === 'merge') {
        await api.patch<Caption>(`${captions}${step.draftId}/`, { action: 'merge', text: step.text, base });
      }
      if (step.kind === 'own') await api.put<Caption>(captions, { text: step.text, base });
    },
    onSuccess: () => invalidatePhoto(queryClient, hash),
  });
}

/** Somebody else has changed the caption since it was read. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'caption_changed';
}
