/** Behind a reverse proxy that publishes the product below a path, strips it and says so, as docs/operations.md shows. */
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BASE_URL, openPage } from './browser';
import { ANNA, browser, startAsAnna } from './journey';

const PREFIX = '/home/photos';
let proxy: Server;
let address: string;

startAsAnna();

beforeAll(async () => {
  const { hostname, port } = new URL(BASE_URL);
  proxy = createServer((incoming, outgoing) => {
    const { method, url = '', headers } = incoming;
    if (!url.startsWith(`${PREFIX}/`)) {
      outgoing.writeHead(418).end();
      return;
    }
    const path = url.slice(PREFIX.length);
    const passedOn = request(
      // Without the agent, whose kept connections the server may be closing at this very moment.
      { hostname, port, method, path, headers: { ...headers, 'x-forwarded-prefix': PREFIX }, agent: false },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    passedOn.on('error', () => outgoing.destroy());
    incoming.pipe(passedOn);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${PREFIX}`;
});
afterAll(() => proxy?.close());

describe('below a path', () => {
  it('signs in, shows photos, and keeps their addresses', async () => {
    const { page, faults } = await openPage(browser);
    const strays: string[] = [];
    page.on('response', (answer) => {
      if (answer.status() === 418) strays.push(answer.url());
    });
    await page.goto(`${address}/tags`);
    await page.locator('[name=username]').fill(ANNA.username);
    await page.locator('[name=password]').fill(ANNA.password);
    await page.locator('button[type=submit]').click();
    await page.waitForURL(`${address}/tags`);
    await page.goto(`${address}/`);
    const tile = page.locator(`main a[href^="${PREFIX}/photo/"]`).first();
    await tile.click();
    await page.waitForURL(`${address}/photo/**`);
    await page.reload();
    const picture = page.locator('main img').first();
    await expect.poll(() => picture.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(0);
    const cookies = await page.context().cookies(`${address}/`);
    expect(cookies.map(({ path }) => path)).toEqual([`${PREFIX}/`]);
    expect(strays).toEqual([]);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
