import type { Caption } from '@/lib/api-types';

/** As the server put those that it has just made; older ones after them. */
export function inOrder(order: number[]): (a: Caption, b: Caption) => number {
  const place = ({ id }: Caption) => (order.includes(id) ? order.indexOf(id) : order.length);
  return (a, b) => place(a) - place(b) || byScore(a, b);
}

/** Best first where two drafts can be compared: scores of different models mean different things. */
export function byScore(a: Caption, b: Caption): number {
  const [x, y] = [a.scores?.log_probability, b.scores?.log_probability];
  const comparable = isNumber(x) && isNumber(y) && a.model?.id === b.model?.id;
  return comparable && x !== y ? y - x : b.id - a.id;
}

/** The id of the draft that fits the picture best by its score; null while fewer than two have been compared. */
export function bestFit(drafts: Caption[]): number | null {
  const scored = drafts.flatMap(({ id, scores }) =>
    isNumber(scores?.clip) ? [{ id, clip: scores.clip }] : [],
  );
  if (scored.length < 2) return null;
  return scored.reduce((best, one) => (one.clip > best.clip ? one : best)).id;
}

export function formatScore(value: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(value);
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
