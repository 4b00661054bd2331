/** What a person wishes for their drafts, and how they judge them. */
import { describe, expect, it } from 'vitest';
import { findBarriers } from './browser';
import { page, startAsAnna } from './journey';

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
});
