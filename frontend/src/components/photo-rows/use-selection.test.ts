import { act, renderHook, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { useSelection, type PhotoOrder } from './use-selection';

/** a b … d e, of which c is not loaded. */
function withGap(answer: Promise<unknown>) {
  const photos = ['a', 'b', 'd', 'e'];
  const order: PhotoOrder = {
    loaded: () => photos,
    load: () => (photos.includes('c') ? null : answer.then(() => photos.splice(2, 0, 'c'))),
  };
  const { result } = renderHook(() => useSelection(order));
  act(() => result.current.toggle('b', false));
  return result;
}

it('takes a range along that has to be loaded first', async () => {
  const selection = withGap(Promise.resolve());
  act(() => selection.current.toggle('e', true));
  expect(selection.current.pending).toBe(true);
  await waitFor(() => expect(selection.current.pending).toBe(false));
  expect(selection.current.hashes.sort()).toEqual(['b', 'c', 'd', 'e']);
});

it('says when the range could not be loaded', async () => {
  const selection = withGap(Promise.reject(new Error('away')));
  act(() => selection.current.toggle('e', true));
  await waitFor(() => expect(selection.current.error?.message).toBe('away'));
  expect(selection.current.hashes.sort()).toEqual(['b', 'd', 'e']);
});

it('stays clear when it is cleared meanwhile', async () => {
  let arrive = () => {};
  const selection = withGap(new Promise<void>((resolve) => (arrive = resolve)));
  act(() => selection.current.toggle('e', true));
  act(() => selection.current.clear());
  await act(() => Promise.resolve(arrive()));
  expect([selection.current.size, selection.current.pending]).toEqual([0, false]);
});
