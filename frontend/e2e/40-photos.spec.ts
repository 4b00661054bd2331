/** Many photos at once. */
import { describe, expect, it } from 'vitest';
import { BASE_URL, findBarriers, WAIT_FOR_DRAFT } from './browser';
import { button, page, photoUrl, startAsAnna, tiles } from './journey';

startAsAnna();

describe('photos', () => {
  it('lead to their neighbours by the buttons at their sides', async () => {
    await page.goto(photoUrl);
    await button('Next (→)').click();
    await page.waitForURL((url) => url.href !== photoUrl);
    await button('Previous (←)').click();
    await page.waitForURL(photoUrl);
    await button('Back (Esc)').click();
    await page.waitForURL(`${BASE_URL}/`);
    await expect.poll(() => tiles().count()).toBe(3);
  });

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
  });
});
