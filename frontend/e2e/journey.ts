/** What the steps of the journey share: Anna's browser, and what she presses and sees in it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { BASE_URL, DEMO, launch, openPage, RETRIED, SAMPLES, signIn, WAIT_FOR_DRAFT } from './browser';

export const ANNA = { username: 'anna', password: 'correct-horse-9' };
/** The first has a date and a place. */
export const SAMPLE_FILES = [`${DEMO}astronaut.jpg`, `${SAMPLES}cat.jpg`, `${SAMPLES}photographer.jpg`];

export let browser: Browser;
export let page: Page;
/** The address of the photo that the steps write about. */
export let photoUrl = '';

export const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
export const editor = () => page.getByRole('textbox', { name: 'Caption' });
export const drafts = () => page.getByRole('list', { name: 'Drafts' }).getByRole('listitem');
/** Drafts that read so, to the letter. */
export const draftsOf = (text: string) => drafts().getByText(text, { exact: true });
export const caption = () => page.locator('.caption-text');
export const tiles = (where?: Page) => (where ?? page).locator('main a[href^="/photo/"]');

/** Open a browser for the steps of this file; every fault of the UI's own code fails the step it happens in. */
export function startBrowser(): void {
  let faults: string[];
  beforeAll(async () => {
    browser = await launch();
    ({ page, faults } = await openPage(browser));
  });
  afterEach(() => expect(faults).toEqual([]));
  afterAll(() => browser?.close());
}

/** The same with Anna signed in; where earlier files did not run, she and her photos are made first. */
export function startAsAnna(): void {
  startBrowser();
  beforeAll(async () => {
    // Refused where she exists.
    await page.request.post(`${BASE_URL}/api/user/`, { data: { ...ANNA, first_name: 'Anna' }, ...RETRIED });
    await signIn(page, ANNA.username, ANNA.password);
    await tiles().or(page.getByText('No photos yet')).first().waitFor();
    if ((await tiles().count()) === 0) await upload();
    photoUrl = new URL((await tiles().first().getAttribute('href')) ?? '', BASE_URL).href;
  }, 120_000);
}

export async function upload(): Promise<void> {
  await page.locator('header input[type=file]').setInputFiles(SAMPLE_FILES);
  await page.getByText('3 files uploaded.').waitFor({ timeout: 60_000 });
  await tiles()
    .nth(SAMPLE_FILES.length - 1)
    .waitFor();
}

/** Open the caption's editor on the page of a photo. */
export async function edit(): Promise<void> {
  await button('Edit').or(button('Add a caption')).click();
  await editor().waitFor();
}

export async function save(): Promise<void> {
  await button('Save').click();
  await button('Edit').or(button('Add a caption')).waitFor();
}

/** In the editor: ask for drafts and wait until they are there, though all may have been refused before. */
export async function draft(): Promise<void> {
  await button('Draft').click();
  const status = page.getByRole('status').filter({ hasText: /ready|Nothing new/ });
  await status.first().waitFor(WAIT_FOR_DRAFT);
  if (await button('Ask again anyway').isVisible()) await button('Ask again anyway').click();
  await page.getByRole('status').filter({ hasText: /ready/ }).first().waitFor(WAIT_FOR_DRAFT);
}

/** At the end of the text, whatever the caret's place was. */
export async function typeAtEnd(text: string): Promise<void> {
  await editor().click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(text);
}

/** Ask the API as Anna, for what no screen does. */
export async function call(path: string, data: object): Promise<void> {
  const session = JSON.parse(await page.evaluate(() => localStorage.getItem('session') ?? '{}')) as {
    access: string;
  };
  const headers = { Authorization: `Bearer ${session.access}` };
  const answer = await page.request.post(`${BASE_URL}${path}`, { data, headers, ...RETRIED });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/** Where other models are chosen, which tests/stack/test_browser.py has a hub for. */
export const WITHOUT_HUB = 'There is no hub of the tests.';
export const card = (id: string) => page.locator(`[data-model="${id}"]`);
export const isInstalled = (id: string) => card(id).getByText('installed', { exact: true });

export async function openModels(): Promise<void> {
  await page.goto('/admin');
  await card('bundled').waitFor();
}
