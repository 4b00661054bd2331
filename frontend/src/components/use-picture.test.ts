import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { usePicture } from './use-picture';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('asks for a picture again, and says in the end that there is none', () => {
  const { result } = renderHook(() => usePicture());
  const fail = () => {
    act(() => result.current.onError());
  };
  const wait = () => {
    act(() => {
      vi.advanceTimersByTime(10_000);
    });
  };

  fail();
  expect([result.current.failed, result.current.missing]).toEqual([true, false]);
  wait();
  expect([result.current.failed, result.current.key]).toEqual([false, 1]);
  fail();
  wait();
  fail();
  wait();
  expect([result.current.missing, result.current.key]).toEqual([true, 2]);
  act(() => result.current.again());
  expect([result.current.missing, result.current.key]).toEqual([false, 0]);
});
