/** What a person may choose for their drafts; the values are the API's. */
import { languages } from '@/lib/i18n';

export const STYLES = ['plain', 'factual'] as const;
export const LENGTHS = ['short', 'medium', 'long'] as const;
export const TONES = ['neutral', 'warm'] as const;
export const GRANULARITIES = ['venue', 'city', 'region', 'country'] as const;
/** Which facts may be said. */
export const FACTS = ['add_person', 'add_location', 'add_date', 'add_keywords', 'add_text'] as const;

const OTHERS = ['es', 'fr', 'it', 'nl', 'pl', 'pt'];

/** Languages to draft in: this UI's, some that language models know well, and the one that is chosen now. */
export function draftLanguages(chosen: string): string[] {
  return [...new Set([...languages, ...OTHERS, ...(chosen ? [chosen] : [])])].sort();
}
