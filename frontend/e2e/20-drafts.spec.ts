/** What a model proposes, and what a person does with it. */
import { describe, expect, it } from 'vitest';
import { findBarriers, WAIT_FOR_DRAFT } from './browser';
import { button, caption, drafts, draftsOf, editor, page, photoUrl, save, startAsAnna } from './journey';

startAsAnna();

describe('a draft', () => {
  it('is drafted, used, extended with a hashtag and saved', async () => {
    await page.goto(photoUrl);
    await page.getByText('No caption yet.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('g');
    await drafts().first().waitFor(WAIT_FOR_DRAFT);
    expect(await findBarriers(page)).toEqual([]);
    const text = await drafts().first().locator('p').first().innerText();
    await drafts().first().getByRole('button', { name: 'Use', exact: true }).click();
    await expect.poll(() => editor().innerText()).toContain(text);
    await page.keyboard.type(' #samples');
    await save();
    await expect.poll(() => caption().innerText()).toBe(`${text} #samples`);
    await page.reload();
    await expect.poll(() => caption().innerText()).toBe(`${text} #samples`);
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
    const refused = await drafts().last().locator('p').first().innerText();
    await drafts()
      .filter({ has: page.getByText(refused, { exact: true }) })
      .getByRole('button', { name: 'Refuse' })
      .click();
    await draftsOf(refused).waitFor({ state: 'hidden' });
    await button('Cancel').click();
    await page.reload();
    await button('Edit').click();
    await drafts().first().waitFor();
    await editor().waitFor();
    expect(await draftsOf(refused).count()).toBe(0);
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
    const result = await merge.getByRole('status').innerText();
    await merge.getByRole('button', { name: 'Put into the editor' }).click();
    await expect.poll(() => editor().innerText()).toBe(result);
    await page.keyboard.type(' #samples and more');
    await save();
    await expect.poll(() => caption().innerText()).toBe(`${result} #samples and more`);
  });
});
