/** Every screen that the router knows, in each shape; a new one is visited by itself, or asked about here. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { adminParts, screens, type Screen } from '../src/lib/screens';
import { findFaults, openPage, PHONE, SHAPES, signIn, visit } from './browser';
import { ANNA, browser, call, page, photoUrl, startAsAnna } from './journey';

startAsAnna();

describe('every screen', () => {
  /** Of those screens that take something in their address, or are worth more than one look. */
  const filled: Partial<Record<Screen, string[]>> = {
    firstRun: [], // until there is an administrator: 10-first-run looks at it
    signIn: [], // until one is signed in
    search: [screens.search, `${screens.search}?q=hand`],
    adminPart: adminParts.slice(1).map((part) => screens.adminPart.replace(':part', part)),
    notFound: ['/nowhere'],
  };

  const addressesOf = (screen: Screen): string[] => {
    const pattern = screens[screen];
    if (!filled[screen] && /[:*]/.test(pattern))
      throw new Error(`Say here what an address of ${pattern} is.`);
    return filled[screen] ?? [pattern];
  };

  beforeAll(async () => {
    const address = new URL(photoUrl).pathname;
    const hash = address.split('/').at(-1) ?? '';
    await call('/api/albums/user/edit/', { title: 'Of these photos', photos: [hash] });
    await call(`/api/photos/${hash}/people/`, { name: 'Bea Sol' });
    await call('/api/photosedit/savecaption/', { image_hash: hash, caption: 'A photo #visited' });
    filled.photo = [address];
    const lists = { album: screens.albums, place: screens.places, person: screens.people, tag: screens.tags };
    for (const [screen, list] of Object.entries(lists)) {
      await page.goto(list);
      const one = page.locator(`main a[href^="${list}/"]`).first();
      filled[screen as keyof typeof lists] = [(await one.getAttribute('href')) ?? ''];
    }
  }, 120_000);

  const lookAround = async ({ name, options }: (typeof SHAPES)[number]) => {
    const { page: own, faults } = await openPage(browser, options);
    const look = async (what: string) => expect(await findFaults(own), `${name}: ${what}`).toEqual([]);
    await visit(own, screens.signIn);
    await look(screens.signIn);
    await signIn(own, ANNA.username, ANNA.password);
    for (const address of (Object.keys(screens) as Screen[]).flatMap(addressesOf)) {
      await visit(own, address);
      await look(address);
    }
    await editWithDrafts(own);
    await look('the editor');
    expect(faults).toEqual([]);
    await own.context().close();
  };

  it.each(['en', 'de'])('fits and is free of barriers: %s', { timeout: 900_000 }, async (locale) => {
    // Side by side: each spends most of its time waiting.
    await Promise.all(SHAPES.filter(({ options }) => options.locale === locale).map(lookAround));
  });

  it('lets a caption be written on a phone', async () => {
    const phone = await openPage(browser, PHONE);
    await signIn(phone.page, ANNA.username, ANNA.password);
    await phone.page.locator('main a[href^="/photo/"]').last().tap();
    await phone.page.getByRole('button', { name: /^(Edit|Add a caption)$/ }).tap();
    await phone.page.getByRole('textbox', { name: 'Caption' }).fill('By thumb');
    await phone.page.getByRole('button', { name: 'Save', exact: true }).tap();
    await phone.page.locator('.caption-text').getByText('By thumb').waitFor();
    await phone.page.context().close();
  });

  it('speaks German completely', async () => {
    const { page: own } = await openPage(browser, { locale: 'de-AT' });
    await signIn(own, ANNA.username, ANNA.password);
    expect(await own.locator('html').getAttribute('lang')).toBe('de');
    await own.getByRole('link', { name: 'Einstellungen' }).click();
    await own.getByLabel('Sprache', { exact: true }).selectOption('en');
    await own.getByRole('heading', { name: 'Settings' }).waitFor();
    await own.getByRole('button', { name: 'Sign out' }).click();
    await own.waitForURL('**/login');
    await own.context().close();
  });
});

/** The photo with its editor open, in whatever language. */
async function editWithDrafts(own: Page): Promise<void> {
  await own.goto(photoUrl);
  await own.locator('.caption-text').waitFor();
  await own.keyboard.press('e');
  await own.getByRole('textbox').waitFor();
}
