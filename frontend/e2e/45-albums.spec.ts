/** Albums that are put together by hand, and the other ways into the library. */
import { describe, expect, it } from 'vitest';
import { findBarriers } from './browser';
import { button, page, startAsAnna, tiles } from './journey';

startAsAnna();

describe('an album', () => {
  const bar = () => page.getByRole('toolbar');
  const dialog = () => page.getByRole('dialog');

  it('is made of selected photos', async () => {
    await page.goto('/albums');
    await page.getByText('No albums yet').waitFor();
    await page.goto('/');
    await tiles().first().focus();
    await page.keyboard.press('x');
    await bar().getByRole('button', { name: 'Add to an album' }).click();
    await dialog().getByRole('textbox', { name: 'New album' }).fill('Journey');
    expect(await findBarriers(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Create' }).click();
    await page.getByRole('link', { name: 'Open it' }).click();
    await page.waitForURL(/\/albums\/\d+$/);
    await page.getByRole('heading', { name: 'Journey' }).waitFor();
    await expect.poll(() => tiles().count()).toBe(1);
    expect(await findBarriers(page)).toEqual([]);
  });

  it('gets another title', async () => {
    await button('Rename the album').click();
    await dialog().getByRole('textbox', { name: 'Title' }).fill('Trip');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Trip' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Trip' }).waitFor();
  });

  it('is emptied and deleted, and the photos stay', async () => {
    await tiles().first().focus();
    await page.keyboard.press('x');
    await bar().getByRole('button', { name: 'Take out of this album' }).click();
    await page.getByText('This album is empty').waitFor();
    await button('Delete the album').click();
    await dialog().getByText('Its photos stay in your library.').waitFor();
    await dialog().getByRole('button', { name: 'Delete the album' }).click();
    await page.waitForURL('**/albums');
    await page.getByText('No albums yet').waitFor();
    await page.goto('/');
    await tiles().first().waitFor();
  });
});

describe('places', () => {
  it('have the photos that were taken there', async () => {
    await page.goto('/places');
    await page.getByRole('heading', { name: 'Places', level: 1 }).waitFor();
    await page.getByRole('heading', { name: 'United States' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.locator('main a[href^="/places/"]').last().click();
    await page.waitForURL(/\/places\/\d+$/);
    await expect.poll(() => tiles().count()).toBe(1);
    expect(await findBarriers(page)).toEqual([]);
  });
});
