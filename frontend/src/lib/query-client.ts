import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './api-error';

/** A refusal stays a refusal; only a missing or restarting server is asked again. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // Without a network things fail with a sentence; the default would wait in silence.
      mutations: { networkMode: 'always' },
      queries: {
        networkMode: 'always',
        staleTime: 30_000,
        retry: (count, error) => count < 3 && isPassing(error),
        retryDelay: (count) => Math.min(1000 * 2 ** count, 8000),
      },
    },
  });
}

function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 502);
}
