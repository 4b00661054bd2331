/** The only place that talks to the server: adds the token, renews it once when it has run out, reads errors. */
import { ApiError, networkError } from './api-error';
import { onServer } from './base-path';
import { readEvents, type ServerEvent } from './server-events';
import { readClaims, readSession, writeSession } from './session';

type Query = Record<string, string | number | boolean | undefined>;

interface RequestOptions {
  query?: Query;
  body?: unknown;
  form?: FormData;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Send without the token, and take a 401 as the answer: signing in, first run. */
  anonymous?: boolean;
}

export const api = {
  get: <T>(path: string, options?: RequestOptions) => requestJson<T>('GET', path, options),
  post: <T>(path: string, body: unknown, options?: RequestOptions) =>
    requestJson<T>('POST', path, { ...options, body }),
  put: <T>(path: string, body: unknown, options?: RequestOptions) =>
    requestJson<T>('PUT', path, { ...options, body }),
  patch: <T>(path: string, body: unknown, options?: RequestOptions) =>
    requestJson<T>('PATCH', path, { ...options, body }),
  delete: <T>(path: string, body?: unknown, options?: RequestOptions) =>
    requestJson<T>('DELETE', path, { ...options, body }),
  upload: <T>(path: string, form: FormData, options?: RequestOptions) =>
    requestJson<T>('POST', path, { ...options, form }),
  stream,
};

/** POST `body` and yield the server-sent events of the answer. Throws ApiError when the server refuses. */
async function* stream(path: string, body: unknown, signal: AbortSignal): AsyncGenerator<ServerEvent> {
  const response = await send('POST', path, { body, signal, headers: { Accept: 'text/event-stream' } });
  if (!response.body) return;
  try {
    yield* readEvents(response.body);
  } catch (error) {
    throw signal.aborted ? error : networkError();
  }
}

async function requestJson<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(method, path, options);
  const text = await response.text().catch(() => {
    throw networkError();
  });
  if (!text) return null as T;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new ApiError(response.status, { code: 'not_json' });
  }
}

async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
  const first = await sendOnce(method, path, options);
  const mayRenew = first.status === 401 && !options.anonymous && readSession() !== null;
  const response = mayRenew && (await renewSession()) ? await sendOnce(method, path, options) : first;
  if (response.ok) return response;
  throw await readError(response);
}

async function sendOnce(method: string, path: string, options: RequestOptions): Promise<Response> {
  const { query, body, form, signal, anonymous } = options;
  const headers = new Headers(options.headers);
  const session = readSession();
  if (session && !anonymous) headers.set('Authorization', `Bearer ${session.access}`);
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  // What the server says of a field is said in the language of the page, not of the browser.
  headers.set('Accept-Language', document.documentElement.lang || 'en');
  const payload = form ?? (body === undefined ? undefined : JSON.stringify(body));
  try {
    return await fetch(withQuery(onServer(path), query), {
      method,
      headers,
      body: payload,
      signal,
      credentials: 'same-origin',
    });
  } catch (error) {
    throw signal?.aborted ? error : networkError();
  }
}

let renewal: Promise<boolean> | null = null;

/** Get a new access token (and with it the cookie that pictures need). False, and signed out, when the login is over. */
export function renewSession(): Promise<boolean> {
  renewal ??= renew().finally(() => {
    renewal = null;
  });
  return renewal;
}

async function renew(): Promise<boolean> {
  const session = readSession();
  if (!session) return false;
  const response = await sendOnce('POST', '/api/auth/token/refresh/', {
    body: { refresh: session.refresh },
    anonymous: true,
  });
  if (response.ok) {
    const { access } = (await response.json()) as { access: string };
    writeSession({ access, refresh: session.refresh });
    return true;
  }
  // A server that is restarting says nothing about the login; only a clear refusal ends it.
  if (response.status === 401 || response.status === 400) writeSession(null);
  return false;
}

/** Keep the token, and so the picture cookie, from running out while the page is open. Returns how to stop. */
export function keepSessionFresh(): () => void {
  const renewIfOld = () => {
    const session = readSession();
    const expiresAt = session ? readClaims(session.access)?.expiresAt : undefined;
    if (expiresAt !== undefined && expiresAt * 1000 - Date.now() < 5 * 60_000)
      void renewSession().catch(() => false);
  };
  const timer = window.setInterval(renewIfOld, 60_000);
  document.addEventListener('visibilitychange', renewIfOld);
  return () => {
    window.clearInterval(timer);
    document.removeEventListener('visibilitychange', renewIfOld);
  };
}

async function readError(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  const retryAfterS = Number.isFinite(retryAfter) ? retryAfter : null;
  try {
    return new ApiError(response.status, (await response.json()) as Record<string, unknown>, retryAfterS);
  } catch {
    return new ApiError(response.status, {}, retryAfterS);
  }
}

function withQuery(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}
