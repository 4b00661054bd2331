import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { render } from '@/test/render';
import { Stage } from './Stage';

it('zooms and moves by the keyboard, and fits again', async () => {
  render(<Stage photo={undefined} hash="a1" alt="A cat" onSwipe={() => undefined} />);
  const transform = () => screen.getByRole('img', { name: 'A cat' }).style.transform;
  expect(transform()).toContain('scale(1)');
  await userEvent.keyboard('{Shift>}{ArrowLeft}{/Shift}');
  expect(transform()).toContain('translate(0px, 0px)');
  await userEvent.keyboard('+');
  expect(transform()).toContain('scale(1.5)');
  await userEvent.keyboard('{Shift>}{ArrowLeft}{/Shift}');
  expect(transform()).toContain('translate(120px, 0px)');
  await userEvent.keyboard('0');
  expect(transform()).toBe('translate(0px, 0px) scale(1)');
});
