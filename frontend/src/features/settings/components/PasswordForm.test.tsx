import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { User } from '@/lib/api-types';
import { readSession, writeSession } from '@/lib/session';
import { fakeServer, refusal, token } from '@/test/fake-server';
import { render } from '@/test/render';
import { PasswordForm } from './PasswordForm';

const me = { id: 1, username: 'anna' } as User;

async function choose(password: string) {
  await userEvent.type(screen.getByLabelText('New password'), password);
  await userEvent.click(screen.getByRole('button', { name: 'Change the password' }));
}

it('changes the password and stays signed in with new tokens', async () => {
  const access = token();
  writeSession({ access: token({ exp: 4e9 }), refresh: 'old' });
  const seen = fakeServer({
    'PATCH /api/user/1/': () => me,
    'POST /api/auth/token/obtain/': () => ({ access, refresh: 'new' }),
  });
  render(<PasswordForm user={me} />);
  await choose('battery staple');
  expect(await screen.findByText(/The password is changed/)).toBeInTheDocument();
  expect(readSession()).toEqual({ access, refresh: 'new' });
  expect(seen.map((request) => request.body)).toEqual([
    { password: 'battery staple' },
    { username: 'anna', password: 'battery staple' },
  ]);
  expect(screen.getByLabelText('New password')).toHaveValue('');
});

it('says why the server refuses a password, and keeps what was typed', async () => {
  fakeServer({
    'PATCH /api/user/1/': () => refusal(400, 'weak_password', 'This password is too common.', 'password'),
  });
  render(<PasswordForm user={me} />);
  await choose('password1');
  expect(await screen.findByText('This password is too common.')).toBeInTheDocument();
  expect(screen.getByLabelText('New password')).toHaveValue('password1');
});
