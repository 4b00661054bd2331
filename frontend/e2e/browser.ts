/** Debian's chromium, driven by playwright-core: nothing is downloaded. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContextOptions, type Page, type Request } from 'playwright-core';

export const BASE_URL = instanceUrl();
export const SAMPLES = new URL('../../tests/samples/', import.meta.url).pathname;
export const DEMO = new URL('./demo/', import.meta.url).pathname;
export const WAIT_FOR_DRAFT = { timeout: 180_000 };

/** For requests of the tests' own: the server may close an idle connection just when one is sent. */
export const RETRIED = { maxRetries: 5, timeout: 180_000 };

/** Where pictures of the screens go; nowhere unless asked for. */
const SCREENSHOTS = process.env.SCREENSHOTS ?? '';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
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

/** What each page has asked for and not got yet. */
const requests = new WeakMap<Page, Set<Request>>();

/** A page of its own with faults of the UI's code as test failures. `faults` fills as they happen. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ locale: 'en', baseURL: BASE_URL, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  const underWay = new Set<Request>();
  requests.set(page, underWay);
  page.on('request', (request) => underWay.add(request));
  for (const end of ['requestfinished', 'requestfailed'] as const)
    page.on(end as 'requestfinished', (request) => underWay.delete(request));
  page.setDefaultTimeout(60_000);
  return { page, faults };
}

export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};

/** What every screen has to be right in; each of them in the light and in the dark. */
export const SHAPES = ['en', 'de'].flatMap((locale) => [
  { name: `phone, ${locale}`, options: { ...PHONE, locale } },
  { name: `desktop, ${locale}`, options: { locale } },
]);

/** Open a screen, and wait until it shows what it has. */
export async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator('h1').first().waitFor({ state: 'attached' });
  const underWay = requests.get(page);
  // What an answer brings may ask for more; half a second of silence, as networkidle wants it, adds up to minutes.
  for (let quiet = 0; quiet < 4; quiet = underWay?.size ? 0 : quiet + 1) await page.waitForTimeout(30);
}

export async function signIn(page: Page, username: string, password: string): Promise<void> {
  await page.goto('/login');
  await page.locator('[name=username]').fill(username);
  await page.locator('[name=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.waitForURL(`${BASE_URL}/`);
}

/** What is wrong with the page as it stands, in the light and in the dark: barriers, and what does not fit the window. */
export async function findFaults(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: 'attached' });
    const barriers = await findBarriers(page, colorScheme === 'dark' ? COLOR_RULES : undefined);
    found.push(...barriers.map((barrier) => `${colorScheme}: ${barrier}`));
  }
  const pixels = await overhang(page);
  return pixels > 0 ? [...found, `too wide by ${pixels} pixels`] : found;
}

/** All that the dark can change. */
const COLOR_RULES = ['color-contrast', 'link-in-text-block'];

/** What axe finds against WCAG 2.2 A and AA on the page as it stands, as "rule: element"; of some rules or of all. */
export async function findBarriers(page: Page, rules?: string[]): Promise<string[]> {
  await standStill(page);
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  return page.evaluate(async (runOnly) => {
    const { axe } = window as unknown as { axe: Axe };
    const { violations } = await axe.run(document, { runOnly });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
  }, rules ?? TAGS);
}

/** Wait until nothing moves or fades, for then it has its own colours; what turns for ever counts as still. */
async function standStill(page: Page): Promise<void> {
  // What has just come begins to fade in a frame or two later.
  await page.waitForTimeout(80);
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((one) => one.playState !== 'running' || one.effect?.getTiming().iterations === Infinity),
  );
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
