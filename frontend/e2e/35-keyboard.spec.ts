/** A whole visit with the keyboard alone: nothing here points, taps or puts the focus anywhere. */
import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { BASE_URL, WAIT_FOR_DRAFT } from './browser';
import {
  ANNA,
  button,
  caption,
  drafts,
  draftsOf,
  editor,
  page,
  photoUrl,
  startAsAnna,
  tiles,
} from './journey';

startAsAnna();

const press = (key: string) => page.keyboard.press(key);

describe('the keyboard alone', () => {
  it('signs in and opens a photo', async () => {
    await page.evaluate(() => localStorage.clear());
    await page.goto('/login');
    await tabTo(page.locator('[name=username]'));
    await page.keyboard.type(ANNA.username);
    await tabTo(page.locator('[name=password]'));
    await page.keyboard.type(ANNA.password);
    await press('Enter');
    await page.waitForURL(`${BASE_URL}/`);
    await tiles().first().waitFor();
    await page.reload();
    await tiles().first().waitFor();
    await press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
    await press('Enter');
    await tabTo(tiles().first());
    await press('Enter');
    await page.waitForURL(photoUrl);
    await page.getByText('No caption yet.').waitFor();
  });

  it('has a draft made, uses it and saves it with a hashtag', async () => {
    await press('g');
    await drafts().first().waitFor(WAIT_FOR_DRAFT);
    const text = await drafts().first().locator('p').first().innerText();
    await tabTo(drafts().first().getByRole('button', { name: 'Use', exact: true }));
    await press('Enter');
    await expect.poll(() => editor().innerText()).toContain(text);
    // The editor has the focus now, its end first.
    await page.keyboard.type(' #keys');
    await press('Control+Enter');
    await page.getByRole('link', { name: '#keys' }).waitFor();
    await expect.poll(() => caption().innerText()).toBe(`${text} #keys`);
    expect(await isFocused(button('Edit'))).toBe(true);
  });

  it('merges, refuses and leaves without saving', async () => {
    await press('e');
    await drafts().first().waitFor();
    await tabTo(drafts().first().getByRole('button', { name: 'Merge' }));
    await press('Enter');
    const merge = page.getByRole('region', { name: 'Merge' });
    await tabTo(merge.getByRole('button', { name: 'Put into the editor' }));
    await press('Enter');
    await merge.waitFor({ state: 'hidden' });
    const refused = await drafts().last().locator('p').first().innerText();
    const card = drafts().filter({ has: page.getByText(refused, { exact: true }) });
    await tabTo(card.getByRole('button', { name: 'Refuse' }));
    await press('Enter');
    await draftsOf(refused).waitFor({ state: 'hidden' });
    await tabTo(button('Cancel'));
    await press('Enter');
    await expect.poll(() => isFocused(button('Edit'))).toBe(true);
  });

  it('goes on to other photos, marks one, and to the album of a hashtag', async () => {
    await press('ArrowRight');
    await page.waitForURL((url) => url.href !== photoUrl);
    await page.getByText('No caption yet.').waitFor();
    await button('Favourite (F)').waitFor();
    await press('f');
    await page.locator('[aria-pressed=true]').waitFor();
    await press('ArrowLeft');
    await page.waitForURL(photoUrl);
    await tabTo(page.getByRole('link', { name: '#keys' }));
    await press('Enter');
    await page.waitForURL(/\/tags\/\d+$/);
    await tabTo(tiles().first());
    await press('Enter');
    await caption().waitFor();
    await press('Escape');
    await page.waitForURL(/\/tags\/\d+$/);
  });

  it('signs out', async () => {
    await tabTo(page.getByRole('navigation').getByRole('link', { name: 'Settings' }));
    await press('Enter');
    await tabTo(button('Sign out'));
    await press('Enter');
    await page.waitForURL('**/login');
  });
});

/** Press Tab until the focus is there; each stop on the way has to be in sight and marked. */
async function tabTo(target: Locator): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 100; presses += 1) {
    if (await isFocused(target)) return;
    await press('Tab');
    expect(await unseenFocus(), 'has the focus, and nobody sees it').toBe('');
  }
  throw new Error(`Tab does not lead to ${target.toString()}.`);
}

function isFocused(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement);
}

/** The element that has the focus where one cannot see it; empty while one can. */
function unseenFocus(): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return ''; // the browser's own buttons
    // The box that one sees of a choice is its label's.
    const shown = element.matches('input[type=radio], input[type=checkbox]')
      ? (element.parentElement ?? element)
      : element;
    const { left, right, top, bottom } = shown.getBoundingClientRect();
    const inSight = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
    return inSight && element.matches(':focus-visible') ? '' : element.outerHTML.slice(0, 200);
  });
}
