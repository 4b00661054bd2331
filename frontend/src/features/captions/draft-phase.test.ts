import { describe, expect, it } from 'vitest';
import { ApiError } from '@/lib/api-error';
import { downloadOf, isBusy, isRefusedBefore, toldState, toldText, type DraftPhase } from './draft-phase';

const queued: DraftPhase = { state: 'queued', text: '' };

describe('the phase of a request for drafts', () => {
  it('gathers the text as it comes', () => {
    const phase = ['A dog', ' runs', '.'].reduce(toldText, toldState(queued, 'loading'));
    expect(phase).toEqual({ state: 'writing', text: 'A dog runs.' });
    expect(isBusy(phase)).toBe(true);
  });

  it('keeps the text while a step goes on, and drops it when another one begins', () => {
    const writing = toldText(queued, 'A dog');
    expect(toldState(writing, 'writing')).toEqual({ state: 'writing', text: 'A dog' });
    expect(toldState(writing, 'rewriting')).toEqual({ state: 'rewriting', text: '' });
    expect(toldText({ state: 'rewriting', text: 'Our ' }, 'dog')).toEqual({
      state: 'rewriting',
      text: 'Our dog',
    });
  });

  it('takes no late text for work', () => {
    expect(toldText({ state: 'idle' }, 'A dog')).toEqual({ state: 'idle' });
  });

  it('reads a download from the refusal', () => {
    const error = new ApiError(409, { code: 'model_downloading', percentage: 40, job_id: 'j-1' });
    const phase = downloadOf(error);
    expect(phase).toEqual({ state: 'downloading', step: 'downloading', percentage: 40, jobId: 'j-1' });
    expect(phase && isBusy(phase)).toBe(true);
    expect(downloadOf(new ApiError(409, { code: 'model_converting', percentage: 5 }))).toMatchObject({
      step: 'converting',
      percentage: 5,
    });
  });

  it('survives a server that says less, and takes no other error for a download', () => {
    expect(downloadOf(new ApiError(409, { code: 'model_downloading', percentage: 900 }))).toEqual({
      state: 'downloading',
      step: 'downloading',
      percentage: 100,
      jobId: null,
    });
    expect(downloadOf(new ApiError(409, { code: 'model_missing' }))).toBeNull();
    expect(downloadOf(new Error('x'))).toBeNull();
  });

  it('tells what was refused before from a fault', () => {
    expect(isRefusedBefore(new ApiError(409, { code: 'draft_refused' }))).toBe(true);
    expect(isRefusedBefore(new ApiError(409, { code: 'photo_is_video' }))).toBe(false);
  });
});
