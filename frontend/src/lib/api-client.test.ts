import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeServer, refusal, token } from '@/test/fake-server';
import { api } from './api-client';
import { ApiError } from './api-error';
import { readSession, writeSession } from './session';

describe('api', () => {
  beforeEach(() => writeSession({ access: token(), refresh: 'refresh-1' }));

  it('sends the token and reads JSON', async () => {
    const seen = fakeServer({ 'GET /api/photos/x/': () => ({ image_hash: 'x' }) });
    expect(await api.get('/api/photos/x/', { query: { page: 2, none: undefined } })).toEqual({
      image_hash: 'x',
    });
    expect(seen[0]?.headers.get('Authorization')).toBe(`Bearer ${readSession()?.access}`);
    expect(seen[0]?.query.toString()).toBe('page=2');
  });

  it('renews an old token once for all waiting calls, and repeats them', async () => {
    const fresh = token({ fresh: true });
    const seen = fakeServer({
      'GET /api/a': ({ headers }) =>
        headers.get('Authorization') === `Bearer ${fresh}`
          ? { ok: true }
          : refusal(401, 'token_not_valid', 'Old.'),
      'POST /api/auth/token/refresh/': () => ({ access: fresh }),
    });
    expect(await Promise.all([api.get('/api/a'), api.get('/api/a')])).toEqual([{ ok: true }, { ok: true }]);
    const renewals = seen.filter((request) => request.path.endsWith('/refresh/'));
    expect(renewals).toHaveLength(1);
    expect(renewals[0]?.body).toEqual({ refresh: 'refresh-1' });
    expect(renewals[0]?.headers.has('Authorization')).toBe(false);
    expect(readSession()).toEqual({ access: fresh, refresh: 'refresh-1' });
  });

  it('signs out when the login is over, but not when the server is away', async () => {
    let status = 503;
    fakeServer({
      'GET /api/a': () => refusal(401, 'token_not_valid', 'Old.'),
      'POST /api/auth/token/refresh/': () => refusal(status, 'token_not_valid', 'Dead.'),
    });
    await expect(api.get('/api/a')).rejects.toMatchObject({ status: 401 });
    expect(readSession()).not.toBeNull();
    status = 401;
    await expect(api.get('/api/a')).rejects.toMatchObject({ status: 401 });
    expect(readSession()).toBeNull();
  });

  it('turns refusals into ApiError with code, detail and fields', async () => {
    fakeServer({ 'POST /api/user/': () => refusal(400, 'invalid', 'Too short.', 'password') });
    const error = await api.post('/api/user/', {}).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 400, code: 'invalid', detail: 'Too short.' });
    expect((error as ApiError).on('password')).toBe('Too short.');
    expect((error as ApiError).on('username')).toBeUndefined();
  });

  it('copes with answers that are not ours', async () => {
    fakeServer({
      'GET /api/a': () => new Response('<html>', { status: 502, headers: { 'Retry-After': '7' } }),
    });
    await expect(api.get('/api/a')).rejects.toMatchObject({
      status: 502,
      code: 'server_error',
      retryAfterS: 7,
    });
  });

  it('says so when there is no network', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(api.get('/api/a')).rejects.toMatchObject({ status: 0, code: 'network' });
  });
});
