import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { fakeServer } from '@/test/fake-server';
import { render } from '@/test/render';
import { useEditWithUndo } from './use-photo-edit';

const TRASH = 'POST /api/photosedit/setdeleted/';

function Trash() {
  const edit = useEditWithUndo();
  return (
    <button type="button" onClick={() => edit({ kind: 'trash', hashes: ['a1', 'b1'], value: true })}>
      Trash
    </button>
  );
}

it('takes back what it has changed, and only that', async () => {
  // b1 was in the trash before.
  const seen = fakeServer({
    [TRASH]: () => ({ status: true, updated: [{ image_hash: 'a1' }], not_updated: [{ image_hash: 'b1' }] }),
  });
  render(<Trash />);
  await userEvent.click(screen.getByRole('button', { name: 'Trash' }));
  expect(await screen.findByText('1 photo is in the trash now.')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
  await waitFor(() =>
    expect(seen.map(({ body }) => body)).toEqual([
      { image_hashes: ['a1', 'b1'], deleted: true },
      { image_hashes: ['a1'], deleted: false },
    ]),
  );
});
