/** An instance that nobody has used yet. */
import { describe, expect, it } from 'vitest';
import { BASE_URL, findBarriers, findFaults, openPage, SHAPES, visit } from './browser';
import { ANNA, browser, button, page, SAMPLE_FILES, startBrowser, tiles, upload } from './journey';

startBrowser();

describe('a person with an empty instance', () => {
  it('is greeted without barriers in every shape', async () => {
    for (const { name, options } of SHAPES) {
      const { page: own, faults } = await openPage(browser, options);
      await visit(own, '/');
      await own.waitForURL('**/welcome');
      expect(await findFaults(own), name).toEqual([]);
      expect(faults).toEqual([]);
      await own.context().close();
    }
  });

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
    const broken = { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not a picture') };
    await upload();
    const panel = page.getByRole('region', { name: 'Uploads' });
    await page.locator('header input[type=file]').setInputFiles(broken);
    await panel.getByText(/not a picture/).waitFor();
    await page.locator('header input[type=file]').setInputFiles(SAMPLE_FILES.slice(0, 1));
    await panel.getByText('You already have this one.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await panel.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => tiles().count()).toBe(3);
    expect(await findBarriers(page)).toEqual([]);
  });
});
