/** What the list of services says, from what the server knows. */
import type { Reason, ServiceEntry } from '@/lib/api-types';

/** Why no service uses CUDA, where it is the same for all that know: said once then. */
export function commonReason(services: ServiceEntry[]): Reason | null {
  const reasons = services.flatMap(({ health }) => (health ? [health.reason_not_cuda ?? null] : []));
  const [first] = reasons;
  const same = reasons.length > 1 && reasons.every((reason) => reason?.detail === first?.detail);
  return same ? (first ?? null) : null;
}
