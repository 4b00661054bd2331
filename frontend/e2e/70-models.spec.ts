/** Other models, from a hub that tests/stack/test_browser.py runs; without that hub there is nothing to choose. */
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findBarriers } from './browser';
import {
  button,
  card,
  drafts,
  edit,
  isInstalled,
  openModels,
  page,
  photoUrl,
  startAsAnna,
  WITHOUT_HUB,
} from './journey';

startAsAnna();

/** The hub holds back half of the model until somebody has seen how far its download is. */
function hurryDownloads(): void {
  if (process.env.HURRY_FILE) writeFileSync(process.env.HURRY_FILE, '');
}

describe('another model', () => {
  it('is chosen from the hub, and its download can be watched', async ({ skip }) => {
    await openModels();
    skip((await card('tiny-im2txt').count()) === 0, WITHOUT_HUB);
    await card('tiny-im2txt').getByRole('radio').click();
    const dialog = page.getByRole('dialog', { name: 'Choose Tiny tiny-im2txt?' });
    await dialog.getByText(/will be downloaded/).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Choose', exact: true }).click();
    await card('tiny-im2txt')
      .getByText(/Downloading: \d+ %/)
      .waitFor();

    await page.goto(photoUrl);
    await edit();
    await button('Draft').click();
    await page.getByText(/being downloaded: \d+ %/).waitFor();
    const job = (await page.getByRole('link', { name: 'See the job' }).getAttribute('href')) ?? '';
    expect(job).toMatch(/^\/jobs\?job=./);
    hurryDownloads();
    const own = drafts().filter({ hasText: 'Tiny tiny-im2txt' });
    await own.first().waitFor({ timeout: 240_000 });
    // It has no attention, so it cannot say where it looked.
    expect(await own.getByRole('button', { name: 'Why this word?' }).count()).toBe(0);
    await button('Cancel').click();

    await page.goto(job);
    await page.locator('article[aria-current=true]').getByText('done', { exact: true }).waitFor();
    await openModels();
    await isInstalled('tiny-im2txt').waitFor();
    await card('bundled').getByRole('radio').click();
    await button('Remove: Tiny tiny-im2txt').click();
    await isInstalled('tiny-im2txt').waitFor({ state: 'hidden' });
  }, 400_000);
});
