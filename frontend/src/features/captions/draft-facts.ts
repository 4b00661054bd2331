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

export function formatScore(value: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
