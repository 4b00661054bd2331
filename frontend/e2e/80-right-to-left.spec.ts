/** A language that is read from right to left. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { screens } from '../src/lib/screens';
import { BASE_URL, openPage, overhang, PHONE, RETRIED, signIn } from './browser';
import { ANNA, browser, page, photoUrl, startAsAnna, tiles } from './journey';

startAsAnna();

const DESKTOP = { width: 1280, height: 800 };

describe('right to left', () => {
  it('is mirrored: what follows is at the left, by sight and by key', async () => {
    const { page: own, faults } = await openPage(browser, { viewport: DESKTOP, locale: 'ar' });
    await offerArabic(own);
    await signIn(own, ANNA.username, ANNA.password);
    expect(await own.locator('html').getAttribute('dir')).toBe('rtl');
    await tiles(own).first().waitFor();
    const nav = await own.getByRole('navigation').boundingBox();
    expect(nav?.x).toBeGreaterThan(DESKTOP.width / 2);
    await tiles(own).first().click();
    const first = own.url();
    const next = own.getByRole('button', { name: 'Nächstes (←)' });
    const left = async (name: string) => (await own.getByRole('button', { name }).boundingBox())?.x ?? NaN;
    await next.waitFor();
    expect(await left('Nächstes (←)')).toBeLessThan(await left('Zurück (Esc)'));
    expect(await left('Favorit (F)')).toBeLessThan(await left('Zurück (Esc)'));
    await own.keyboard.press('ArrowLeft');
    await own.waitForURL((url) => url.href !== first);
    await own.getByRole('button', { name: 'Vorheriges (→)' }).waitFor();
    expect(await left('Nächstes (←)')).toBeLessThan(await left('Vorheriges (→)'));
    await own.keyboard.press('ArrowRight');
    await own.waitForURL(first);
    await next.click();
    await own.waitForURL((url) => url.href !== first);
    expect(faults).toEqual([]);
    await own.context().close();
  });

  it('leaves nothing outside of the window', async () => {
    const { page: own, faults } = await openPage(browser, { ...PHONE, locale: 'ar' });
    await offerArabic(own);
    await signIn(own, ANNA.username, ANNA.password);
    const fixed = Object.values(screens).filter((address) => !/[:*]|login|welcome/.test(address));
    for (const address of [...fixed, new URL(photoUrl).pathname]) {
      await own.setViewportSize(PHONE.viewport ?? DESKTOP);
      await own.goto(address);
      await own.locator('h1').first().waitFor({ state: 'attached' });
      expect(await overhang(own), `${address} on a phone`).toBeLessThanOrEqual(0);
      await own.setViewportSize(DESKTOP);
      expect(await overhang(own), `${address} on a desktop`).toBeLessThanOrEqual(0);
    }
    expect(faults).toEqual([]);
    await own.context().close();
  });
});

/** Arabic is not shipped: German, whose words are long, stands in as src/locales/ar.json. */
async function offerArabic(own: Page): Promise<void> {
  const scripts = await page.evaluate(() =>
    performance.getEntriesByType('resource').map((entry) => entry.name),
  );
  for (const address of scripts.filter((name) => name.endsWith('.js'))) {
    const script = await (await page.request.get(address, RETRIED)).text();
    if (!script.includes('locales/de.json')) continue;
    const body = script.replaceAll('locales/de.json', 'locales/ar.json');
    // One script alone, answered from here: to ask the server again for each would be as slow as it is fragile.
    await own.route(address, (route) => route.fulfill({ contentType: 'text/javascript', body }));
    return;
  }
  throw new Error(`No script of ${BASE_URL} names the languages.`);
}
