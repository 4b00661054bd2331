import { describe, expect, it } from 'vitest';
import type { Machine, ModelCost, ModelEntry } from '@/lib/api-types';
import { actsFor, memoryShare, needsDialog } from './model-facts';

const model = (changes: Partial<ModelEntry> = {}) =>
  ({
    id: 'm',
    state: 'installed',
    available: true,
    active: false,
    outdated: false,
    ram_bytes: 2e9,
    ...changes,
  }) as ModelEntry;
const cost = (...details: string[]) =>
  ({ warnings: details.map((detail) => ({ code: 'ram', detail })) }) as ModelCost;

describe('a model’s card', () => {
  it('asks before a download, before too large a model and where it cannot run, and only then', () => {
    expect(needsDialog(model(), cost())).toBe(false);
    expect(needsDialog(model({ state: 'bundled' }), undefined)).toBe(false);
    expect(needsDialog(model({ state: 'missing' }), cost())).toBe(true);
    expect(needsDialog(model(), cost('too large'))).toBe(true);
    expect(needsDialog(model(), { ...cost(), service_why: 'Not started.' })).toBe(true);
  });

  it('compares the memory with the machine’s', () => {
    expect(memoryShare(model(), { ram_bytes: 8e9 } as Machine)).toBe(25);
    expect(memoryShare(model(), { ram_bytes: 1e9 } as Machine)).toBe(100);
    expect(memoryShare(model(), { ram_bytes: 0 } as Machine)).toBe(0);
  });

  it('offers what makes sense for the files as they are', () => {
    expect(actsFor(model({ state: 'bundled' }))).toEqual([]);
    expect(actsFor(model({ state: 'missing' }))).toEqual(['download']);
    expect(actsFor(model({ state: 'missing', available: false }))).toEqual([]);
    expect(actsFor(model({ state: 'downloading' }))).toEqual(['cancel']);
    expect(actsFor(model())).toEqual(['verify', 'remove']);
    expect(actsFor(model({ active: true, outdated: true }))).toEqual(['update', 'verify']);
  });
});
