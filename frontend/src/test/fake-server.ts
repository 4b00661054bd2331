import { vi } from 'vitest';

export interface FakeRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  /** Parsed JSON, or the form of an upload. */
  body: unknown;
}

type Answer = Response | object | null;
type Handler = (request: FakeRequest) => Answer | Promise<Answer>;

/**
 * Stand in for the server: handlers by "METHOD /path". What nobody handles is a 404 in the API's shape.
 * Returns the requests as they come.
 */
export function fakeServer(handlers: Record<string, Handler>): FakeRequest[] {
  const seen: FakeRequest[] = [];
  vi.stubGlobal('fetch', async (address: string, init: RequestInit = {}) => {
    const url = new URL(address, 'http://localhost');
    const request: FakeRequest = {
      method: init.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : init.body,
    };
    seen.push(request);
    const handler = handlers[`${request.method} ${request.path}`];
    const answer = handler ? await handler(request) : refusal(404, 'not_found', 'Not found.');
    return answer instanceof Response ? answer : Response.json(answer);
  });
  return seen;
}

export function refusal(status: number, code: string, detail: string, field = 'detail'): Response {
  return Response.json({ code, detail, errors: [{ field, message: detail }] }, { status });
}

/** An answer of server-sent events. */
export function events(...list: [event: string, data: unknown][]): Response {
  const text = list.map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join('');
  return new Response(text, { headers: { 'Content-Type': 'text/event-stream' } });
}

/** A token as the server makes them; only the payload matters here. */
export function token(claims: Record<string, unknown> = {}): string {
  const payload = { user_id: 1, name: 'anna', is_admin: true, exp: Date.now() / 1000 + 3600, ...claims };
  return `e30.${btoa(JSON.stringify(payload))}.x`;
}
