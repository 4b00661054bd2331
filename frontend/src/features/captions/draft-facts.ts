import type { Caption } from '@/lib/api-types';

/** Best first where two drafts can be compared: scores of different models mean different things. */
export function byScore(a: Caption, b: Caption): number {
  const [x, y] = [a.scores?.log_probability, b.scores?.log_probability];
  const comparable = isNumber(x) && isNumber(y) && a.model?.id === b.model?.id;
  return comparable && x !== y ? y - x : b.id - a.id;
}

export function formatScore(value: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
