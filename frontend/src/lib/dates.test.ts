import { expect, it } from 'vitest';
import { formatBytes, formatDay, formatDuration, formatTaken } from './dates';

const today = new Date(2024, 11, 31);

it('names days in the language, the year only where it is another one', () => {
  expect(formatDay('2024-07-12', 'en', { today })).toBe('Friday, July 12');
  expect(formatDay('2023-07-12', 'en', { today })).toBe('Wed, Jul 12, 2023');
  expect(formatDay('2023-07-12', 'en', { today, compact: true })).toBe('Jul 12, 2023');
  expect(formatDay('2024-07-12', 'de', { today })).toBe('Freitag, 12. Juli');
});

it('knows what is no date', () => {
  expect(formatDay(null, 'en')).toBeNull();
  expect(formatDay('No timestamp', 'en')).toBeNull();
});

it('never shifts the time of a photo', () => {
  expect(formatTaken('2024-07-12T23:59:00Z', 'de')).toContain('23:59');
});

it('writes sizes', () => {
  expect(formatBytes(0, 'en')).toBe('0 byte');
  expect(formatBytes(53_400, 'en')).toBe('53.4 kB');
  expect(formatBytes(2_000_000_000, 'en')).toBe('2 GB');
});

it('names a duration in two units at most', () => {
  expect(formatDuration(0, 'en')).toBe('0 sec');
  expect(formatDuration(65, 'en')).toBe('1 min 5 sec');
  expect(formatDuration(3600, 'en')).toBe('1 hr');
  expect(formatDuration(7385, 'de')).toBe('2 Std. 3 Min.');
});
