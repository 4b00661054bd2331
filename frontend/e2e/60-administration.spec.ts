/** What concerns the whole server. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BASE_URL, findBarriers, openPage, RETRIED, signIn } from './browser';
import { browser, button, call, edit, page, photoUrl, startAsAnna } from './journey';

const BERT = { username: 'bert', password: 'battery-staple-8' };

startAsAnna();

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
    const model = await chosen();
    await choose('none');
    await expect.poll(chosen).toBe('none');
    await page.goto(photoUrl);
    await edit();
    expect(await button('Draft').count()).toBe(0);
    await button('Cancel').click();
    await page.goto('/admin');
    await choose(model);
    await page.reload();
    await expect.poll(chosen).toBe(model);
  });

  it('sees the services and has one give its memory back', async () => {
    // With force: what was drafted before would be answered from the ledger, and load nothing.
    const hash = photoUrl.split('/').at(-1);
    await call(`/api/photos/${hash}/captions/`, { count: 1, force: true });
    await page.goto('/admin/services');
    const unload = page.getByRole('button', { name: 'Unload im2txt' });
    await unload.click();
    await unload.waitFor({ state: 'hidden' });
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

  it('adds a user, who sees nothing of the others', async () => {
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
    const picture = await bert.page.request.get(`${BASE_URL}/media/thumbnails_big/${hash}`, RETRIED);
    expect([403, 404]).toContain(picture.status());
    expect(bert.faults).toEqual([]);
    await bert.page.context().close();
  });

  it('removes a user, after a question', async () => {
    await page.goto('/admin/users');
    await button(`Remove ${BERT.username}`).click();
    await button('Remove for good').click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await expect.poll(() => page.getByRole('cell', { name: BERT.username, exact: true }).count()).toBe(0);
  });
});
