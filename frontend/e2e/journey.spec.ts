/** What a person does, from the first run on; the steps build on one another. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  BASE_URL,
  findBarriers,
  launch,
  openPage,
  overhang,
  PHONE,
  SAMPLES,
  screenshot,
  signIn,
  WAIT_FOR_DRAFT,
} from './browser';

const ANNA = { username: 'anna', password: 'correct-horse-9' };
const BERT = { username: 'bert', password: 'battery-staple-8' };

let browser: Browser;
let page: Page;
let faults: string[];
let photoUrl = '';

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const editor = () => page.getByRole('textbox', { name: 'Caption' });
const drafts = () => page.getByRole('list', { name: 'Drafts' }).getByRole('listitem');
const caption = () => page.locator('.caption-text');
const tiles = () => page.locator('main a[href^="/photo/"]');
const save = async () => {
  await button('Save').click();
  await button('Edit').or(button('Add a caption')).waitFor();
};

beforeAll(async () => {
  browser = await launch();
  ({ page, faults } = await openPage(browser));
});
afterEach(() => expect(faults).toEqual([]));
afterAll(() => browser?.close());

describe('a person with an empty instance', () => {
  it('creates the administrator, refused in words first', async () => {
    await page.goto('/');
    await page.waitForURL('**/welcome');
    await page.locator('[name=username]').fill(ANNA.username);
    await page.locator('[name=password]').fill('password');
    await button('Create the administrator').click();
    await page.getByText(/too common/).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.locator('[name=password]').fill(ANNA.password);
    await page.locator('[name=first_name]').fill('Anna');
    await button('Create the administrator').click();
    await page.waitForURL(`${BASE_URL}/`);
    await page.getByText('No photos yet').waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });

  it('uploads photos, and hears why one is refused', async () => {
    const files = ['cat', 'astronaut', 'photographer'].map((name) => `${SAMPLES}${name}.jpg`);
    const broken = { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not a picture') };
    await page.locator('header input[type=file]').setInputFiles(files);
    const panel = page.getByRole('region', { name: 'Uploads' });
    await panel.getByText('3 files uploaded.').waitFor({ timeout: 60_000 });
    await page.locator('header input[type=file]').setInputFiles(broken);
    await panel.getByText(/not a picture/).waitFor();
    await page.locator('header input[type=file]').setInputFiles(files.slice(0, 1));
    await panel.getByText('You already have this one.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await panel.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => tiles().count()).toBe(3);
    expect(await findBarriers(page)).toEqual([]);
    await screenshot(page, 'timeline');
  });
});

describe('a caption', () => {
  it('is drafted, used, extended with a hashtag and saved', async () => {
    await tiles().first().click();
    await page.waitForURL('**/photo/**');
    photoUrl = page.url();
    await page.getByText('No caption yet.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('g');
    await drafts().first().waitFor(WAIT_FOR_DRAFT);
    expect(await findBarriers(page)).toEqual([]);
    const text = await drafts().first().locator('p').first().innerText();
    await screenshot(page, 'drafts');
    await drafts().first().getByRole('button', { name: 'Use', exact: true }).click();
    await expect.poll(() => editor().innerText()).toContain(text);
    await page.keyboard.type(' #samples');
    await save();
    await expect.poll(() => caption().innerText()).toBe(`${text} #samples`);
    await page.reload();
    await expect.poll(() => caption().innerText()).toBe(`${text} #samples`);
    await screenshot(page, 'photo');
  });

  it('tells of each word where the model looked', async () => {
    await button('Edit').click();
    const card = drafts().first();
    await card.getByRole('button', { name: 'Why this word?' }).click();
    const words = card.getByRole('group', { name: 'Words of the draft' }).getByRole('button');
    await words.last().click({ timeout: 60_000 });
    await card.getByText(/: looked .* sure\.$/).waitFor();
    expect(await words.last().getAttribute('aria-pressed')).toBe('true');
    expect(await findBarriers(page)).toEqual([]);
    await screenshot(page, 'why');
    const fourth = () => drafts().first().getByRole('radio', { name: '4 stars' });
    await fourth().focus();
    await page.keyboard.press('Space');
    await expect.poll(() => fourth().isChecked()).toBe(true);
    await page.reload();
    await button('Edit').click();
    await expect.poll(() => fourth().isChecked()).toBe(true);
    await button('Cancel').click();
  });

  it('has alternatives that can be refused for good', async () => {
    await button('Edit').click();
    await drafts().first().waitFor();
    const before = await drafts().count();
    await drafts().last().getByRole('button', { name: 'Refuse' }).click();
    await expect.poll(() => drafts().count()).toBe(before - 1);
    await button('Cancel').click();
    await page.reload();
    await button('Edit').click();
    await editor().waitFor();
    await expect.poll(() => drafts().count()).toBe(before - 1);
  });

  it('is replaced only by a click, which can be undone', async () => {
    await editor().click();
    const mine = await editor().innerText();
    await button('Draft').click();
    await page
      .getByRole('status')
      .filter({ hasText: /ready|Nothing new/ })
      .first()
      .waitFor(WAIT_FOR_DRAFT);
    expect(await editor().innerText()).toBe(mine);
    await drafts().first().getByRole('button', { name: 'Use', exact: true }).click();
    await expect.poll(() => editor().innerText()).not.toBe(mine);
    await button('Undo').click();
    await expect.poll(() => editor().innerText()).toBe(mine);
  });

  it('is merged word by word', async () => {
    await drafts().first().getByRole('button', { name: 'Merge' }).click();
    const merge = page.getByRole('region', { name: 'Merge' });
    await merge.getByRole('button', { name: 'All of the draft' }).click();
    expect(await findBarriers(page)).toEqual([]);
    await screenshot(page, 'merge');
    const result = await merge.getByRole('status').innerText();
    await merge.getByRole('button', { name: 'Put into the editor' }).click();
    await expect.poll(() => editor().innerText()).toBe(result);
    await page.keyboard.type(' #samples and more');
    await save();
    await expect.poll(() => caption().innerText()).toBe(`${result} #samples and more`);
  });

  it('survives a lost connection in the middle of editing', async () => {
    await button('Edit').click();
    await editor().click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' offline');
    await page.context().setOffline(true);
    await button('Save').click();
    await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor();
    await page.context().setOffline(false);
    await page.reload();
    await page.getByText('You have text that is not saved').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await button('Go on writing').click();
    await expect.poll(() => editor().innerText()).toMatch(/offline$/);
    await save();
    await expect.poll(() => caption().innerText()).toMatch(/offline$/);
  });

  it('is not lost when two tabs edit it', async () => {
    await button('Edit').click();
    await editor().waitFor();
    const other = await page.context().newPage();
    await other.goto(photoUrl);
    await other.getByRole('button', { name: 'Edit' }).click();
    await other.getByRole('textbox', { name: 'Caption' }).click();
    await other.keyboard.press('Control+End');
    await other.keyboard.type(' second');

    await editor().click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' first');
    await save();
    // Both tabs keep unsaved text in the same place; the one that saved has emptied it.
    await other.keyboard.type(' tab');
    await other.getByRole('button', { name: 'Save', exact: true }).click();
    await other.getByRole('alert').filter({ hasText: 'offline first' }).waitFor();
    await other.getByRole('button', { name: 'Save mine instead' }).click();
    await other.getByRole('button', { name: 'Edit' }).waitFor();
    await other.close();
    await page.reload();
    await expect.poll(() => caption().innerText()).toMatch(/offline second tab$/);
    await button('History (6)')
      .or(page.getByRole('button', { name: /^History/ }))
      .first()
      .click();
    await page.getByRole('listitem').filter({ hasText: 'offline first' }).first().waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });

  it('leads by its hashtag to the album, and from there back', async () => {
    await page.getByRole('link', { name: '#samples' }).click();
    await page.waitForURL(/\/tags\/\d+$/);
    await page.getByRole('heading', { name: '#samples' }).waitFor();
    await expect.poll(() => tiles().count()).toBe(1);
    expect(await findBarriers(page)).toEqual([]);
    await tiles().first().click();
    await caption().waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL(/\/tags\/\d+$/);
  });

  it('is found by searching for its words', async () => {
    await page.goto('/search?q=offline');
    await page.getByText('1 photo found.').waitFor();
    await expect.poll(() => tiles().count()).toBe(1);
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('combobox', { name: 'Search the photos' }).fill('nowhere-to-be-found');
    await page.getByText('Nothing found').waitFor();
  });

  it('stays cleared when it is cleared, and its hashtag album goes', async () => {
    await page.goto(photoUrl);
    await button('Edit').click();
    await editor().click();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await save();
    await page.reload();
    await page.getByText('No caption yet.').waitFor();
    await page.goto('/tags');
    await page.getByText('No hashtags yet').waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });

  it('can be written with the keyboard alone', async () => {
    await page.goto('/');
    await tiles().first().waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
    await tiles().first().focus();
    await page.keyboard.press('Enter');
    await page.getByText('No caption yet.').waitFor();
    await page.keyboard.press('e');
    await editor().waitFor();
    await page.keyboard.type('By hand #keys');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('link', { name: '#keys' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Edit');
    await page.keyboard.press('ArrowRight');
    await page.waitForURL((url) => url.href !== photoUrl);
    await page.getByText('No caption yet.').waitFor();
    await button('Favourite (F)').waitFor();
    await page.keyboard.press('f');
    await page.locator('[aria-pressed=true]').waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL(`${BASE_URL}/`);
  });
});

describe('photos', () => {
  it('can be selected, thrown away and brought back', async () => {
    await tiles().nth(2).hover();
    await page.getByRole('checkbox').nth(2).check();
    await tiles()
      .nth(1)
      .click({ modifiers: ['Shift'] });
    const bar = page.getByRole('toolbar');
    await bar.getByText('2 selected').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await bar.getByRole('button', { name: 'Move to the trash' }).click();
    await expect.poll(() => tiles().count()).toBe(1);
    await page.goto('/trash');
    await expect.poll(() => tiles().count()).toBe(2);
    await page.getByRole('checkbox').first().check({ force: true });
    await page.getByRole('checkbox').nth(1).check({ force: true });
    await bar.getByRole('button', { name: 'Restore' }).click();
    await page.getByText('The trash is empty').waitFor();
    await page.goto('/');
    await expect.poll(() => tiles().count()).toBe(3);
  });

  it('have their captions drafted in a job, which a link leads to', async () => {
    await tiles().nth(2).hover();
    await page.getByRole('checkbox').nth(2).check();
    await tiles()
      .nth(1)
      .click({ modifiers: ['Shift'] });
    await button('Draft captions').click();
    await page.getByRole('link', { name: 'See the job' }).click();
    await page.waitForURL('**/jobs?job=*');
    const job = page.locator('article[aria-current=true]');
    await job.getByText('done', { exact: true }).waitFor(WAIT_FOR_DRAFT);
    await job.getByText('2 of 2 (100 %)').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await screenshot(page, 'jobs');
  });

  it('are drafted as their owner wishes, and the wishes stay', async () => {
    await page.goto('/settings');
    const date = page.getByRole('switch', { name: 'Say the date' });
    await date.click();
    await page.getByLabel('Language of drafts').selectOption('de');
    await page.getByText('Saved.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await screenshot(page, 'settings');
    await page.reload();
    await expect.poll(() => date.isChecked()).toBe(true);
    expect(await page.getByLabel('Language of drafts').inputValue()).toBe('de');
    await date.click();
    await page.getByLabel('Language of drafts').selectOption('');
    await page.getByText('Saved.').waitFor();
  });

  it('are nobody else’s: a second user sees nothing', async () => {
    await page.goto('/admin/users');
    await button('Add a user').click();
    const dialog = page.getByRole('dialog', { name: 'Add a user' });
    await dialog.locator('[name=username]').fill(BERT.username);
    await dialog.locator('[name=password]').fill('short');
    await button('Save').click();
    await dialog.getByText(/too short/).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await dialog.locator('[name=password]').fill(BERT.password);
    await button('Save').click();
    await page.getByRole('cell', { name: BERT.username, exact: true }).waitFor();

    const bert = await openPage(browser);
    await signIn(bert.page, BERT.username, BERT.password);
    await bert.page.getByText('No photos yet').waitFor();
    expect(await bert.page.getByRole('link', { name: 'Administration' }).count()).toBe(0);
    await bert.page.goto(photoUrl);
    await bert.page.getByText('not yours to see').first().waitFor();
    const hash = new URL(photoUrl).pathname.split('/').at(-1);
    const picture = await bert.page.request.get(`${BASE_URL}/media/thumbnails_big/${hash}`);
    expect([403, 404]).toContain(picture.status());
    expect(bert.faults).toEqual([]);
    await bert.page.context().close();
  });
});

describe('the administrator', () => {
  const section = () => page.getByRole('region', { name: 'Caption drafts' });
  const chosen = () => section().locator('input[type=radio]:checked').getAttribute('value');
  // Not `check`, which wants the mark at once: it stands when the choice is on its way, and a reload would cut that off.
  const choose = (model: string | null) =>
    Promise.all([
      page.waitForResponse(
        (answer) => answer.request().method() === 'POST' && answer.url().endsWith('/sitesettings'),
      ),
      section().locator(`input[value="${model}"]`).click(),
    ]);

  it('switches captioning off and on', async () => {
    await page.goto('/admin');
    await section().getByRole('radio', { name: 'Off' }).waitFor();
    await page.getByText(/This machine has/).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await screenshot(page, 'administration');
    const model = await chosen();
    await choose('none');
    await expect.poll(chosen).toBe('none');
    await page.goto(photoUrl);
    await button('Edit').or(button('Add a caption')).click();
    await editor().waitFor();
    expect(await button('Draft').count()).toBe(0);
    await button('Cancel').click();
    await page.goto('/admin');
    await choose(model);
    await page.reload();
    await expect.poll(chosen).toBe(model);
  });

  it('sees the services and has one give its memory back', async () => {
    await page.goto(photoUrl);
    await button('Edit').or(button('Add a caption')).click();
    await button('Draft').click();
    const status = page.getByRole('status').filter({ hasText: /ready|Nothing new/ });
    await status.first().waitFor(WAIT_FOR_DRAFT);
    if (await button('Ask again anyway').isVisible()) await button('Ask again anyway').click();
    await page.getByRole('status').filter({ hasText: /ready/ }).first().waitFor(WAIT_FOR_DRAFT);
    await button('Cancel').click();
    await page.goto('/admin/services');
    const unload = page.getByRole('button', { name: 'Unload im2txt' });
    await unload.click();
    await unload.waitFor({ state: 'hidden', timeout: 30_000 });
    expect(await findBarriers(page)).toEqual([]);
  });

  it('reads and keeps the server’s facts, which name nobody', async () => {
    await page.goto('/admin/server');
    await page.getByText(/free$/).first().waitFor();
    const download = page.waitForEvent('download');
    await button('Download as JSON').click();
    const file = readFileSync(await (await download).path(), 'utf8');
    expect(JSON.parse(file)).toMatchObject({ photos: { ready: 3 } });
    expect(file).not.toMatch(/anna|bert|\.jpg/i);
  });

  it('removes a user, after a question', async () => {
    await page.goto('/admin/users');
    await button(`Remove ${BERT.username}`).click();
    await button('Remove for good').click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await expect.poll(() => page.getByRole('cell', { name: BERT.username, exact: true }).count()).toBe(0);
  });
});

describe('every screen', () => {
  const screens = [
    '/',
    '/favorites',
    '/hidden',
    '/trash',
    '/tags',
    '/search?q=hand',
    '/settings',
    '/jobs',
    '/people',
    '/compare',
    '/admin',
    '/admin/services',
    '/admin/users',
    '/admin/photos',
    '/admin/server',
    '/nowhere',
  ];

  it.each([
    ['phone, dark', { ...PHONE, colorScheme: 'dark' }],
    ['desktop, dark', { colorScheme: 'dark' }],
    ['phone, German', { ...PHONE, locale: 'de' }],
  ] as const)(
    'fits and is free of barriers: %s',
    async (name, options) => {
      const visit = await openPage(browser, options);
      await visit.page.goto('/login');
      await visit.page.locator('[name=username]').waitFor();
      expect(await findBarriers(visit.page), 'login').toEqual([]);
      await signIn(visit.page, ANNA.username, ANNA.password);
      for (const screen of [...screens, new URL(photoUrl).pathname]) {
        await visit.page.goto(screen);
        await visit.page.locator('h1, [role=dialog] h2').first().waitFor({ state: 'attached' });
        await visit.page.waitForLoadState('networkidle');
        expect(await findBarriers(visit.page), `${name} ${screen}`).toEqual([]);
        expect(await overhang(visit.page), `${name} ${screen} is too wide`).toBeLessThanOrEqual(0);
        if (name === 'phone, dark')
          await screenshot(visit.page, `phone${screen.replace(/\W+/g, '-').slice(0, 12)}`);
      }
      expect(visit.faults).toEqual([]);
      await visit.page.context().close();
      // Twenty screens, each looked through by axe.
    },
    240_000,
  );

  it('speaks German completely', async () => {
    const visit = await openPage(browser, { locale: 'de-AT' });
    await signIn(visit.page, ANNA.username, ANNA.password);
    expect(await visit.page.locator('html').getAttribute('lang')).toBe('de');
    await visit.page.getByRole('link', { name: 'Einstellungen' }).click();
    await visit.page.getByLabel('Sprache', { exact: true }).selectOption('en');
    await visit.page.getByRole('heading', { name: 'Settings' }).waitFor();
    await visit.page.getByRole('button', { name: 'Sign out' }).click();
    await visit.page.waitForURL('**/login');
    await visit.page.context().close();
  });
});
