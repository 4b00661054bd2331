/** The words of a person: kept through lost connections and other editors, and found again. */
import { describe, expect, it } from 'vitest';
import { findBarriers } from './browser';
import {
  button,
  call,
  caption,
  edit,
  editor,
  page,
  photoUrl,
  save,
  startAsAnna,
  tiles,
  typeAtEnd,
} from './journey';
import { apiWorker, signalApiWorker } from './server';

startAsAnna();

describe('a caption', () => {
  it('survives a server that dies while it saves', async ({ skip }) => {
    await page.goto(photoUrl);
    skip(apiWorker() === null, 'The server is not ours to kill.');
    await edit();
    await typeAtEnd(' and restarted');
    signalApiWorker('SIGSTOP');
    const sent = page.waitForRequest((request) => request.method() !== 'GET');
    await button('Save').click();
    await sent;
    signalApiWorker('SIGKILL');
    // The browser may try once more by itself; else the person is told, and does.
    const told = page.getByRole('alert').filter({ hasText: 'does not answer' });
    await told.or(button('Edit')).first().waitFor();
    if (await told.isVisible()) {
      expect(await editor().innerText()).toMatch(/restarted$/);
      await told.getByRole('button', { name: 'Try again' }).click();
    }
    await button('Edit').waitFor();
    await page.reload();
    await expect.poll(() => caption().innerText()).toMatch(/restarted$/);
  });

  it('is compared, when it was kept unsaved, with what another device saved', async () => {
    await page.goto(photoUrl);
    await edit();
    await typeAtEnd(' here');
    await page.reload();
    const text = 'Written on a phone';
    await call('/api/photosedit/savecaption/', { image_hash: photoUrl.split('/').at(-1), caption: text });
    await page.reload();
    await button('Go on writing').click();
    await expect.poll(() => editor().innerText()).toMatch(/ here$/);
    await button('Save').click();
    const told = page.getByRole('alert').filter({ hasText: text });
    await told.getByRole('button', { name: 'Save mine instead' }).click();
    await expect.poll(() => caption().innerText()).toMatch(/ here$/);
  });

  it('survives a lost connection in the middle of editing', async () => {
    await page.goto(photoUrl);
    await edit();
    await typeAtEnd(' #kept offline');
    await page.context().setOffline(true);
    await button('Save').click();
    await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor();
    await page.context().setOffline(false);
    await page.reload();
    await page.getByText('You have text that is not saved').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await button('Go on writing').click();
    await expect.poll(() => editor().innerText()).toMatch(/offline$/);
    await save();
    await expect.poll(() => caption().innerText()).toMatch(/offline$/);
  });

  it('is not lost when two tabs edit it', async () => {
    await button('Edit').click();
    await editor().waitFor();
    const other = await page.context().newPage();
    await other.goto(photoUrl);
    await other.getByRole('button', { name: 'Edit' }).click();
    await other.getByRole('textbox', { name: 'Caption' }).click();
    await other.keyboard.press('Control+End');
    await other.keyboard.type(' second');

    await typeAtEnd(' first');
    await save();
    // Both tabs keep unsaved text in the same place; the one that saved has emptied it.
    await other.keyboard.type(' tab');
    await other.getByRole('button', { name: 'Save', exact: true }).click();
    await other.getByRole('alert').filter({ hasText: 'offline first' }).waitFor();
    await other.getByRole('button', { name: 'Compare and merge' }).click();
    const merge = other.getByRole('region', { name: 'Merge' });
    expect(await merge.getByRole('status').innerText()).toMatch(/offline second tab$/);
    await merge.getByRole('button', { name: 'Put into the editor' }).click();
    await other.getByRole('button', { name: 'Save', exact: true }).click();
    await other.getByRole('button', { name: 'Edit' }).waitFor();
    await other.close();
    await page.reload();
    await expect.poll(() => caption().innerText()).toMatch(/offline second tab$/);
    await button(/^History/).click();
    await page.getByRole('listitem').filter({ hasText: 'offline first' }).first().waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });

  it('comes back from its history', async () => {
    const old = page.getByRole('listitem').filter({ hasText: 'offline first' });
    await old.first().getByRole('button', { name: 'Put into the editor' }).click();
    await expect.poll(() => editor().innerText()).toMatch(/offline first$/);
    await save();
    await expect.poll(() => caption().innerText()).toMatch(/offline first$/);
  });

  it('is completed with the names of people', async () => {
    await call(`/api/photos/${photoUrl.split('/').at(-1)}/people/`, { name: 'Ana Lima' });
    await page.goto(photoUrl);
    await edit();
    await typeAtEnd(' with @an');
    const choice = page.getByRole('option', { name: /Ana Lima/ });
    await choice.getByText('on this photo').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await choice.waitFor({ state: 'hidden' });
    await page.keyboard.type('a');
    await choice.waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => editor().innerText()).toContain('with Ana Lima');
    await save();
    await expect.poll(() => caption().innerText()).toMatch(/with Ana Lima$/);
  });

  it('leads by its hashtag to the album, and from there back', async () => {
    await page.getByRole('link', { name: '#kept' }).click();
    await page.waitForURL(/\/tags\/\d+$/);
    await page.getByRole('heading', { name: '#kept' }).waitFor();
    await expect.poll(() => tiles().count()).toBe(1);
    expect(await findBarriers(page)).toEqual([]);
    await tiles().first().click();
    await caption().waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL(/\/tags\/\d+$/);
  });

  it('is found by searching for its words', async () => {
    await page.goto('/search?q=offline');
    await page.getByText('1 photo found.').waitFor();
    await expect.poll(() => tiles().count()).toBe(1);
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('combobox', { name: 'Search the photos' }).fill('nowhere-to-be-found');
    await page.getByText('Nothing found').waitFor();
  });

  it('stays cleared when it is cleared, and its hashtag album goes', async () => {
    await page.goto(photoUrl);
    await button('Edit').click();
    await editor().click();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await save();
    await page.reload();
    await page.getByText('No caption yet.').waitFor();
    await page.goto('/tags');
    await page.getByText('No hashtags yet').waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });
});
