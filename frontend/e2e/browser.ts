/** Debian's chromium, driven by playwright-core: nothing is downloaded. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

export const BASE_URL = instanceUrl();
export const SAMPLES = new URL('../../tests/samples/', import.meta.url).pathname;
export const WAIT_FOR_DRAFT = { timeout: 180_000 };

/** Where pictures of the screens go; nowhere unless asked for. */
const SCREENSHOTS = process.env.SCREENSHOTS ?? '';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function launch(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? PROGRAMS.find((path) => existsSync(path));
  if (!executablePath)
    throw new Error('No browser found: install Debian’s chromium, or name one in CHROMIUM.');
  const quiet = ['no-first-run', 'disable-background-networking', 'disable-component-update', 'disable-sync'];
  return chromium.launch({
    executablePath,
    args: ['no-sandbox', 'disable-gpu', ...quiet].map((name) => `--${name}`),
  });
}

/** A page of its own with faults of the UI's code as test failures. `faults` fills as they happen. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ locale: 'en', baseURL: BASE_URL, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.setDefaultTimeout(60_000);
  return { page, faults };
}

export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};

export async function signIn(page: Page, username: string, password: string): Promise<void> {
  await page.goto('/login');
  await page.locator('[name=username]').fill(username);
  await page.locator('[name=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.waitForURL(`${BASE_URL}/`);
}

/** What axe finds against WCAG 2.2 A and AA on the page as it stands, as "rule: element". */
export async function findBarriers(page: Page): Promise<string[]> {
  // Things that fade in have other colours while they do.
  await page.waitForTimeout(400);
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { axe } = window as unknown as { axe: Axe };
    const { violations } = await axe.run(document, { runOnly: tags });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
  });
}

/** Pixels by which the page is wider than its window. */
export async function overhang(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

export async function screenshot(page: Page, name: string): Promise<void> {
  if (!SCREENSHOTS) return;
  mkdirSync(SCREENSHOTS, { recursive: true });
  // What shows only under the pointer, or where the keyboard is, is not part of the picture.
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.querySelector<HTMLElement>('button:focus')?.blur());
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${SCREENSHOTS}/${name}.png` });
}

interface Axe {
  run: (
    root: Document,
    options: { runOnly: string[] },
  ) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

function instanceUrl(): string {
  const url = process.env.INSTANCE_URL;
  if (!url) throw new Error('Set BASE_URL to a running, empty instance, such as http://127.0.0.1:3000.');
  return url.replace(/\/$/, '');
}
