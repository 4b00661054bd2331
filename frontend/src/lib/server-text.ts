/**
 * What the server says in English, in the other languages: their files say it under `fromServer`, by code or id.
 * What they have no words for stays English, and is marked as English for screen readers.
 */
import { useTranslation } from 'react-i18next';
import type { Reason } from './api-types';
import { knownError } from './error-text';

export interface ServerText {
  text: string;
  /** Set where the text is not in the page's language. */
  lang?: 'en';
}

interface ModelTexts {
  label?: string;
  description: string;
  metric?: string;
}

interface Described {
  id: string;
  label: string;
  description?: string;
  quality?: { metric?: string };
}

export function useServerText() {
  const { t, i18n } = useTranslation();
  const english = (text: string): ServerText => (i18n.language === 'en' ? { text } : { text, lang: 'en' });
  const translated = (key: string, values: Record<string, string> = {}): ServerText | null =>
    i18n.exists(key, { fallbackLng: [] })
      ? { text: t(key as 'services.lastUsed', values as { time: string }) }
      : null;
  // Not by `t`: the ids of models have dots in them.
  const models = i18n.getResource(i18n.language, 'translation', 'fromServer.models') as
    Record<string, ModelTexts> | undefined;

  return {
    english,
    /** Why a service is as it is; `sentence` where the service gave no code. */
    reason: (reason: Reason | null, sentence: string): ServerText =>
      (reason && translated(`fromServer.reasons.${reason.code}`, reason.values)) ?? english(sentence),
    /** What an error of this code means; null in English, where the server's own sentence says more. */
    failure: (code: string): string | null => {
      const known = i18n.language === 'en' ? undefined : knownError(code);
      return known ? t(`errors.${known}`) : null;
    },
    /** The same model with its texts in the page's language; names that models have from their makers stay. */
    model: <T extends Described>(model: T): T => {
      const own = models?.[model.id];
      if (!own) return model;
      const { metric } = model.quality ?? {};
      return {
        ...model,
        label: own.label ?? model.label,
        ...(model.description && { description: own.description }),
        ...(metric && { quality: { ...model.quality, metric: own.metric ?? metric } }),
      };
    },
  };
}
