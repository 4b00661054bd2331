import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route, Routes } from 'react-router';
import { expect, it } from 'vitest';
import { readSession } from '@/lib/session';
import { fakeServer, refusal, token } from '@/test/fake-server';
import { render } from '@/test/render';
import SignInPage from './SignInPage';

const notFirstRun = { 'GET /api/firsttimesetup/': () => ({ isFirstTimeSetup: false }) };

function show() {
  render(
    <Routes>
      <Route path="/login" element={<SignInPage />} />
      <Route path="/welcome" element={<p>first run</p>} />
      <Route path="/" element={<p>photos</p>} />
    </Routes>,
    { at: '/login' },
  );
}

async function signIn() {
  await userEvent.type(screen.getByLabelText('User name'), 'Anna');
  await userEvent.type(screen.getByLabelText('Password'), 'right');
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
}

it('signs in and goes to the photos', async () => {
  const access = token();
  const seen = fakeServer({
    ...notFirstRun,
    'POST /api/auth/token/obtain/': () => ({ access, refresh: 'r' }),
  });
  show();
  await signIn();
  expect(await screen.findByText('photos')).toBeInTheDocument();
  expect(readSession()).toEqual({ access, refresh: 'r' });
  expect(seen.find((request) => request.method === 'POST')?.body).toEqual({
    username: 'anna',
    password: 'right',
  });
});

it('says in words that the password is wrong', async () => {
  fakeServer({
    ...notFirstRun,
    'POST /api/auth/token/obtain/': () => refusal(401, 'authentication_failed', 'No.'),
  });
  show();
  await signIn();
  expect(await screen.findByRole('alert')).toHaveTextContent('do not belong together');
});

it('leads to the first run while there is no administrator', async () => {
  fakeServer({ 'GET /api/firsttimesetup/': () => ({ isFirstTimeSetup: true }) });
  show();
  expect(await screen.findByText('first run')).toBeInTheDocument();
});
