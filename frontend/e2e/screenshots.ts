/** The pictures in docs/screenshots, of an empty instance: SCREENSHOTS=../docs/screenshots BASE_URL=… npm run e2e */
import { describe, expect, it } from 'vitest';
import { BASE_URL, DEMO, openPage, PHONE, screenshot, signIn, WAIT_FOR_DRAFT } from './browser';
import {
  ANNA,
  browser,
  button,
  call,
  caption,
  draft,
  drafts,
  edit,
  editor,
  page,
  save,
  startBrowser,
  tiles,
  upload,
} from './journey';

/** What a person wrote, by file. */
const CAPTIONS = {
  astronaut: 'Eileen Collins in her orange suit, and a model of what she flies #space',
  cat: 'Chelsea has heard the tin being opened',
  coffee: 'The first espresso of the day #coffee',
  rocket: 'DSCOVR lifts off at dusk #launch #space',
};
const WRITTEN = 'A man in a black coat at the sports fields';
const KEPT = 'A man in a black coat is looking into a camera at the sports fields #photography';
const hashes: Record<string, string> = {};

startBrowser();

describe('pictures of', () => {
  it('the timeline, albums, places, hashtags and a search', async () => {
    await page.request.post(`${BASE_URL}/api/user/`, { data: { ...ANNA, first_name: 'Anna' } });
    await signIn(page, ANNA.username, ANNA.password);
    const names = [...Object.keys(CAPTIONS), 'photographer'];
    for (const [index, name] of names.entries()) {
      await page.locator('header input[type=file]').setInputFiles(`${DEMO}${name}.jpg`);
      const there = async () =>
        (await tiles().evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? '')))
          .map((href) => href.split('/').at(-1) ?? '')
          .find((hash) => !Object.values(hashes).includes(hash));
      await expect.poll(there).toBeTruthy();
      hashes[name] = (await there()) ?? '';
      expect(Object.keys(hashes)).toHaveLength(index + 1);
    }
    for (const [name, text] of Object.entries(CAPTIONS))
      await call('/api/photosedit/savecaption/', { image_hash: hashes[name], caption: text });
    await call(`/api/photos/${hashes.astronaut}/people/`, { name: 'Eileen Collins' });
    await call('/api/albums/user/edit/', { title: 'Space', photos: [hashes.rocket, hashes.astronaut] });
    await call('/api/albums/user/edit/', { title: 'At home', photos: [hashes.cat, hashes.coffee] });

    await show('/', 'timeline');
    await show('/albums', 'albums');
    await show('/places', 'places');
    await show('/search?q=space', 'search');
  });

  it('drafts, merging them and what is kept', async () => {
    await page.goto(`/photo/${hashes.photographer}`);
    await edit();
    await draft();
    await drafts().first().waitFor(WAIT_FOR_DRAFT);
    await screenshot(page, 'drafts');
    await editor().fill(WRITTEN);
    await drafts().first().getByRole('button', { name: 'Merge' }).click();
    await page.getByRole('region', { name: 'Merge' }).waitFor();
    await screenshot(page, 'merge');
    await editor().fill(KEPT);
    await save();
    await caption().waitFor();
    await screenshot(page, 'photo');
  });

  it('settings and administration', async () => {
    await show('/settings', 'settings');
    await show('/admin', 'administration');
    await show('/admin/services', 'services');
  });

  it('a phone, and the dark', async () => {
    const phone = await openPage(browser, PHONE);
    await signIn(phone.page, ANNA.username, ANNA.password);
    await show('/', 'phone-timeline', phone.page);
    await phone.page.goto(`/photo/${hashes.photographer}`);
    await phone.page.locator('.caption-text').waitFor();
    await phone.page.waitForLoadState('networkidle');
    await screenshot(phone.page, 'phone-photo');
    await phone.page.context().close();

    const dark = await openPage(browser, { colorScheme: 'dark' });
    await signIn(dark.page, ANNA.username, ANNA.password);
    await show('/albums', 'dark', dark.page);
    await dark.page.context().close();
  });

  // The last one: these photos are on no other picture.
  it('a job that has drafted captions', async () => {
    await page.goto('/');
    await tiles().first().waitFor();
    await upload();
    await page.getByRole('checkbox').first().check({ force: true });
    await tiles()
      .last()
      .click({ modifiers: ['Shift'] });
    await button('Draft captions').click();
    await page.getByRole('link', { name: 'See the job' }).click();
    await page
      .locator('article[aria-current=true]')
      .getByText('done', { exact: true })
      .waitFor(WAIT_FOR_DRAFT);
    await page.reload();
    await page.locator('article').waitFor();
    await screenshot(page, 'jobs');
  });
});

async function show(path: string, name: string, where = page): Promise<void> {
  await where.goto(path);
  await where.locator('h1').first().waitFor({ state: 'attached' });
  await where.waitForLoadState('networkidle');
  await screenshot(where, name);
}
