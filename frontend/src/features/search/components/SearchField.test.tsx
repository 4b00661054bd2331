import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { useLocation } from 'react-router';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Suggestion } from '@/lib/api-types';
import { fakeServer, refusal } from '@/test/fake-server';
import { render } from '@/test/render';
import { SearchField } from './SearchField';

const found: Suggestion[] = [
  { kind: 'person', text: 'Anna Garcia', id: 4, count: 12 },
  { kind: 'hashtag', text: 'garden', id: 9, count: 1 },
  { kind: 'word', text: 'dog garden', id: null, count: null },
];
const onSubmit = vi.fn();

function Field() {
  const [text, setText] = useState('');
  return (
    <>
      <SearchField value={text} onChange={setText} onSubmit={onSubmit} />
      <output data-testid="address">{useLocation().pathname}</output>
    </>
  );
}

const field = () => screen.getByRole('combobox', { name: 'Search the photos' });

describe('SearchField', () => {
  beforeEach(() => {
    onSubmit.mockReset();
    fakeServer({
      'GET /api/searchsuggestions/': ({ query }) =>
        query.get('search') === 'dog gar' ? { results: found } : { results: [] },
    });
  });

  async function open() {
    const user = userEvent.setup();
    render(<Field />);
    await user.type(field(), 'dog gar');
    const list = await screen.findByRole('listbox', { name: 'Suggestions' });
    await waitFor(() => expect(within(list).getAllByRole('option')).toHaveLength(3));
    return user;
  }

  it('offers what goes on, says what it is, and leaves the field in charge', async () => {
    await open();
    expect(field()).toHaveFocus();
    expect(field()).toHaveAttribute('aria-expanded', 'true');
    expect(screen.getByRole('option', { name: /Anna Garcia.*person · 12 photos/ })).toBeVisible();
    expect(screen.getByRole('option', { name: /#garden/ })).toBeVisible();
    expect(field()).not.toHaveAttribute('aria-activedescendant');
    expect(screen.getByText('3 suggestions.')).toBeInTheDocument();
  });

  it('goes through the list with the arrows, and round again through the field', async () => {
    const user = await open();
    const marked = () => screen.queryByRole('option', { selected: true })?.textContent ?? '';
    await user.keyboard('{ArrowDown}');
    expect(marked()).toContain('Anna Garcia');
    expect(field().getAttribute('aria-activedescendant')).toBe(
      screen.getByRole('option', { selected: true }).id,
    );
    await user.keyboard('{ArrowUp}');
    expect(marked()).toBe('');
    await user.keyboard('{ArrowUp}{ArrowUp}');
    expect(marked()).toContain('#garden');
    await user.keyboard('{Enter}');
    expect(screen.getByTestId('address')).toHaveTextContent('/tags/9');
  });

  it('completes the text with a word and goes on', async () => {
    const user = await open();
    await user.click(screen.getByRole('option', { name: /dog garden/ }));
    expect(field()).toHaveValue('dog garden');
    expect(field()).toHaveFocus();
    expect(screen.queryByRole('listbox')).toBeNull();
  });

  it('searches with Enter and closes with Esc', async () => {
    const user = await open();
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('listbox')).toBeNull();
    expect(field()).toHaveValue('dog gar');
    await user.keyboard('{ArrowDown}');
    expect(screen.getByRole('listbox')).toBeVisible();
    await user.keyboard('{ArrowUp}{Enter}');
    expect(onSubmit).toHaveBeenCalledOnce();
  });

  it('works without suggestions', async () => {
    fakeServer({ 'GET /api/searchsuggestions/': () => refusal(500, 'server_error', 'No.') });
    const user = userEvent.setup();
    render(<Field />);
    await user.type(field(), 'dog{Enter}');
    expect(onSubmit).toHaveBeenCalledOnce();
    expect(screen.queryByRole('listbox')).toBeNull();
  });
});
