/** Ways to have a draft said differently. */
import type { DraftRequest } from './api/stream-drafts';

export const RESTYLES = ['shorter', 'longer', 'warmer', 'factual', 'myLanguage'] as const;
export type Restyle = (typeof RESTYLES)[number];

/** The request for one of them; `language` is the person's. It is asked anew each time: the same wish may be repeated. */
export function restyleRequest(wish: Restyle, draftId: number, language: string): DraftRequest {
  const wishes: Record<Restyle, DraftRequest> = {
    shorter: { length: 'short' },
    longer: { length: 'long' },
    warmer: { tone: 'warm' },
    factual: { style: 'factual', tone: 'neutral' },
    myLanguage: { language },
  };
  return { from_draft: draftId, count: 1, rewrite: true, force: true, ...wishes[wish] };
}
