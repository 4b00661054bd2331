import type { CaptionStats, Reception } from '@/lib/api-types';

export interface StatsRow {
  key: string;
  /** The model's name on the first row of a model; its steps stand below it. */
  model: string | null;
  step: string | null;
  numbers: Reception;
}

/** Models with their steps below, then what language models rewrote; a model with one step only is one row. */
export function statsRows(stats: CaptionStats): StatsRow[] {
  const models = stats.models.flatMap(({ model, steps, ...numbers }) => [
    { key: model.id, model: model.label, step: null, numbers },
    ...(steps.length > 1 ? steps : []).map(({ step, ...part }) => ({
      key: `${model.id}/${step}`,
      model: null,
      step,
      numbers: part,
    })),
  ]);
  const rewriters = stats.rewriters.map(({ model, ...numbers }) => ({
    key: `rewriter/${model.id}`,
    model: model.label,
    step: 'rewritten',
    numbers,
  }));
  return [...models, ...rewriters];
}
