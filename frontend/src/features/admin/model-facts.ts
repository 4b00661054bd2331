/** What the cards of models say, from what the server knows. */
import type { Machine, ModelCost, ModelEntry, ModelSetting, ModelTask } from '@/lib/api-types';

export const TASKS: { task: ModelTask; setting: ModelSetting }[] = [
  { task: 'caption', setting: 'captioning_model' },
  { task: 'llm', setting: 'llm_model' },
  { task: 'clip', setting: 'clip_model' },
  { task: 'ocr', setting: 'ocr_model' },
];

/** Choosing it asks first: it has to be fetched, this machine has too little for it, or what runs it is away. */
export function needsDialog(model: ModelEntry, cost: ModelCost | undefined): boolean {
  const isHere = model.state === 'bundled' || model.state === 'installed';
  return !isHere || (cost !== undefined && (cost.warnings.length > 0 || Boolean(cost.service_why)));
}

/** How much of the machine's memory the model takes, 0 to 100. */
export function memoryShare(model: ModelEntry, machine: Machine): number {
  return machine.ram_bytes ? Math.min(100, Math.round((100 * model.ram_bytes) / machine.ram_bytes)) : 0;
}

/** It is being downloaded, or made ready for its service after that. */
export function isUnderWay(model: ModelEntry): boolean {
  return model.state === 'downloading' || model.state === 'converting';
}

/** What one can do with a model's files as they are now. */
export function actsFor(model: ModelEntry): ('download' | 'cancel' | 'verify' | 'update' | 'remove')[] {
  if (model.state === 'bundled') return [];
  if (isUnderWay(model)) return ['cancel'];
  if (model.state === 'missing') return model.available ? ['download'] : [];
  return [
    ...(model.outdated && model.available ? (['update'] as const) : []),
    'verify',
    ...(model.active ? [] : (['remove'] as const)),
  ];
}
