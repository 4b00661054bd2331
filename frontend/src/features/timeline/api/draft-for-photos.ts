import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/lib/api-client';

/** Ask for one draft for each photo, one after the other. `done` counts those that have been asked for. */
export function useDraftForPhotos() {
  const queryClient = useQueryClient();
  const [done, setDone] = useState(0);
  const mutation = useMutation({
    mutationFn: async (hashes: string[]) => {
      setDone(0);
      for (const hash of hashes) {
        await api.post(`/api/photos/${hash}/captions/`, { count: 1 });
        await queryClient.invalidateQueries({ queryKey: ['captions', hash] });
        setDone((before) => before + 1);
      }
    },
  });
  return { ...mutation, done };
}
