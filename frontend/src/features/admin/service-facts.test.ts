import { expect, it } from 'vitest';
import type { ServiceEntry } from '@/lib/api-types';
import { commonReason } from './service-facts';

const service = (detail: string | null) =>
  ({ health: { reason_not_cuda: detail && { code: 'x', detail, values: {} } } }) as ServiceEntry;
const away = { health: null } as ServiceEntry;

it('says once why no service uses CUDA', () => {
  expect(commonReason([service('No driver.'), away, service('No driver.')])?.detail).toBe('No driver.');
});

it('leaves it to each service where they differ, or where only one knows', () => {
  expect(commonReason([service('No driver.'), service('For CPUs only.')])).toBeNull();
  expect(commonReason([service('No driver.'), service(null)])).toBeNull();
  expect(commonReason([service('No driver.'), away])).toBeNull();
  expect(commonReason([service(null), service(null)])).toBeNull();
  expect(commonReason([])).toBeNull();
});
