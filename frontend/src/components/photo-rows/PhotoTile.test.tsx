import { act, createEvent, fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { render } from '@/test/render';
import { PhotoTile } from './PhotoTile';
import { useSelection } from './use-selection';

const order = ['a1', 'b1', 'c1', 'd1'];
const inOrder = { loaded: () => order };

function Grid() {
  const selection = useSelection(inOrder);
  return (
    <>
      <output>{selection.hashes.sort().join(' ')}</output>
      <button type="button" onClick={selection.clear}>
        Clear
      </button>
      {order.map((id) => (
        <PhotoTile
          key={id}
          photo={{ id, url: id, aspectRatio: 1, caption: `photo ${id}` }}
          source={{ kind: 'timeline', filter: 'all' }}
          selection={selection}
        />
      ))}
    </>
  );
}

const tile = (id: string) => screen.getByRole('link', { name: `photo ${id}` });
const selected = () => screen.getByRole('status').textContent;

describe('a tile held with a finger', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  // jsdom's events know nothing of pointers.
  function pointer(
    kind: 'pointerDown' | 'pointerMove' | 'pointerUp',
    id: string,
    pointerType: string,
    y: number,
  ) {
    const event = createEvent[kind](tile(id));
    for (const [name, value] of Object.entries({ pointerType, clientX: 5, clientY: y }))
      Object.defineProperty(event, name, { value });
    fireEvent(tile(id), event);
  }

  function hold(id: string, { ms = 500, move = 0, pointerType = 'touch' } = {}) {
    pointer('pointerDown', id, pointerType, 5);
    pointer('pointerMove', id, pointerType, 5 + move);
    act(() => {
      vi.advanceTimersByTime(ms);
    });
    const menu = fireEvent.contextMenu(tile(id));
    pointer('pointerUp', id, pointerType, 5 + move);
    fireEvent.click(tile(id));
    return menu;
  }

  it('is selected, and opens neither the photo nor a menu', () => {
    render(<Grid />);
    expect(hold('b1')).toBe(false);
    expect(selected()).toBe('b1');
    fireEvent.click(tile('d1'));
    expect(selected()).toBe('b1 d1');
  });

  it('takes all between along, as Shift does, until the selection is cleared', () => {
    render(<Grid />);
    hold('a1');
    hold('c1');
    expect(selected()).toBe('a1 b1 c1');
    fireEvent.click(screen.getByRole('button', { name: 'Clear' }));
    hold('d1');
    expect(selected()).toBe('d1');
  });

  it('is left alone by a tap, by scrolling and by a mouse', () => {
    render(<Grid />);
    hold('a1', { ms: 100 });
    hold('b1', { move: 40 });
    expect(hold('c1', { pointerType: 'mouse' })).toBe(true);
    expect(selected()).toBe('');
  });
});

describe('a tile on the keyboard', () => {
  it('is selected with Space or x, with Shift all up to it', async () => {
    const user = userEvent.setup();
    render(<Grid />);
    act(() => tile('a1').focus());
    await user.keyboard(' ');
    expect(selected()).toBe('a1');
    act(() => tile('c1').focus());
    await user.keyboard('{Shift>}x{/Shift}');
    expect(selected()).toBe('a1 b1 c1');
    await user.keyboard('x');
    expect(selected()).toBe('a1 b1');
    await user.keyboard('{Control>}x{/Control}');
    expect(selected()).toBe('a1 b1');
  });
});
