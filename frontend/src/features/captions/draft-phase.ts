/** What a request for drafts is doing, and what comes next. */
import { ApiError } from '@/lib/api-error';
import type { DraftResult, DraftState } from './api/stream-drafts';

export type ModelStep = 'downloading' | 'converting';

const MODEL_STEPS: Record<string, ModelStep> = {
  model_downloading: 'downloading',
  model_converting: 'converting',
};

export type DraftPhase =
  | { state: 'idle' }
  | { state: DraftState; text: string }
  /** The model itself is on its way: fetched, and then made ready for its service; `jobId` is that job's. */
  | { state: 'downloading'; step: ModelStep; percentage: number; jobId: string | null }
  /** `news`: how many are new to the person. `repeated`: a rewritten one has the words of a row that stood there before. */
  | ({ state: 'done'; news: number; repeated: boolean } & DraftResult)
  | { state: 'failed'; error: unknown };

export type BusyPhase = Extract<DraftPhase, { state: DraftState | 'downloading' }>;

const BUSY = ['queued', 'loading', 'writing', 'rewriting', 'downloading'];

export function isBusy(phase: DraftPhase): phase is BusyPhase {
  return BUSY.includes(phase.state);
}

/** The phase after another state was told; another step begins with nothing written. */
export function toldState(phase: DraftPhase, state: DraftState): DraftPhase {
  return { state, text: 'text' in phase && phase.state === state ? phase.text : '' };
}

/** The phase after another bit of text came: whoever sends text is at work. */
export function toldText(phase: DraftPhase, text: string): DraftPhase {
  if (!('text' in phase)) return phase;
  const state = phase.state === 'rewriting' ? 'rewriting' : 'writing';
  return { state, text: phase.text + text };
}

/** The phase when all is told. `known`: where one draft was to be said differently, the ids of the rows before that. */
export function finished(result: DraftResult, known: ReadonlySet<number> | null = null): DraftPhase {
  if (!known) return { state: 'done', ...result, news: result.order.length, repeated: false };
  const rewritten = result.rewrite?.state === 'ok' ? result.rewrite.caption : null;
  const repeated = rewritten !== null && known.has(rewritten.id);
  return { state: 'done', ...result, news: rewritten && !repeated ? 1 : 0, repeated };
}

/** How far the model is that the server has just begun to fetch or is at; null for every other refusal. */
export function downloadOf(error: unknown): DraftPhase | null {
  const step = error instanceof ApiError ? MODEL_STEPS[error.code] : undefined;
  if (!(error instanceof ApiError) || !step) return null;
  const { percentage, job_id } = error.extra;
  return {
    state: 'downloading',
    step,
    percentage: typeof percentage === 'number' ? Math.min(100, Math.max(0, percentage)) : 0,
    jobId: typeof job_id === 'string' ? job_id : null,
  };
}

/** The person refused all that the model has to say; asking again takes force. */
export function isRefusedBefore(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'draft_refused';
}
