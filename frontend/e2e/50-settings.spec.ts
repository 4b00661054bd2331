/** What a person wishes for their drafts, and how they judge them. */
import { describe, expect, it } from 'vitest';
import { findBarriers } from './browser';
import { button, draft, edit, page, photoUrl, startAsAnna } from './journey';

startAsAnna();

describe('drafts', () => {
  it('are drafted as their owner wishes, and the wishes stay', async () => {
    await page.goto('/settings');
    const date = page.getByRole('switch', { name: 'Say the date' });
    await date.click();
    await page.getByLabel('Language of drafts').selectOption('de');
    await page.getByText('Saved.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.reload();
    await expect.poll(() => date.isChecked()).toBe(true);
    expect(await page.getByLabel('Language of drafts').inputValue()).toBe('de');
    await date.click();
    await page.getByLabel('Language of drafts').selectOption('');
    await page.getByText('Saved.').waitFor();
  });

  it('are rated without their models’ names', async () => {
    await page.goto(photoUrl);
    await edit();
    await draft();
    await button('Cancel').click();
    await page.goto('/compare');
    const left = async () => Number.parseInt(await page.getByRole('status').first().innerText(), 10);
    await page.getByText(/drafts? to rate/).waitFor();
    const before = await left();
    expect(await page.locator('main').innerText()).not.toMatch(/Built-in[^]*Another one/);
    await page.getByRole('radio', { name: '4 stars' }).focus();
    await page.keyboard.press('Space');
    await expect.poll(left).toBe(before - 1);
    await page.getByRole('cell', { name: /n = 1/ }).first().waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });
});
