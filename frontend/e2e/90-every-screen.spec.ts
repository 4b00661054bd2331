/** Every screen in each shape: small, dark, translated. */
import { beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, openPage, overhang, PHONE, signIn } from './browser';
import { ANNA, browser, call, page, photoUrl, startAsAnna } from './journey';

startAsAnna();

describe('every screen', () => {
  const screens = [
    '/',
    '/favorites',
    '/hidden',
    '/trash',
    '/tags',
    '/albums',
    '/places',
    '/search?q=hand',
    '/settings',
    '/jobs',
    '/people',
    '/compare',
    '/admin',
    '/admin/services',
    '/admin/users',
    '/admin/photos',
    '/admin/server',
    '/nowhere',
  ];

  beforeAll(async () => {
    const hash = new URL(photoUrl).pathname.split('/').at(-1) ?? '';
    await call('/api/albums/user/edit/', { title: 'Of these photos', photos: [hash] });
    await call(`/api/photos/${hash}/people/`, { name: 'Bea Sol' });
    for (const list of ['/albums', '/people']) {
      await page.goto(list);
      const one = page.locator(`main a[href^="${list}/"]`).first();
      screens.push((await one.getAttribute('href')) ?? '');
    }
  }, 120_000);

  it.each([
    ['phone, dark', { ...PHONE, colorScheme: 'dark' }],
    ['desktop, dark', { colorScheme: 'dark' }],
    ['phone, German', { ...PHONE, locale: 'de' }],
  ] as const)(
    'fits and is free of barriers: %s',
    async (name, options) => {
      const visit = await openPage(browser, options);
      await visit.page.goto('/login');
      await visit.page.locator('[name=username]').waitFor();
      expect(await findBarriers(visit.page), 'login').toEqual([]);
      await signIn(visit.page, ANNA.username, ANNA.password);
      for (const screen of [...screens, new URL(photoUrl).pathname]) {
        await visit.page.goto(screen);
        await visit.page.locator('h1, [role=dialog] h2').first().waitFor({ state: 'attached' });
        await visit.page.waitForLoadState('networkidle');
        expect(await findBarriers(visit.page), `${name} ${screen}`).toEqual([]);
        expect(await overhang(visit.page), `${name} ${screen} is too wide`).toBeLessThanOrEqual(0);
      }
      expect(visit.faults).toEqual([]);
      await visit.page.context().close();
      // Twenty screens, each looked through by axe.
    },
    900_000,
  );

  it('lets a caption be written on a phone', async () => {
    const visit = await openPage(browser, PHONE);
    await signIn(visit.page, ANNA.username, ANNA.password);
    await visit.page.locator('main a[href^="/photo/"]').last().tap();
    await visit.page.getByRole('button', { name: /^(Edit|Add a caption)$/ }).tap();
    await visit.page.getByRole('textbox', { name: 'Caption' }).fill('By thumb');
    await visit.page.getByRole('button', { name: 'Save', exact: true }).tap();
    await visit.page.locator('.caption-text').getByText('By thumb').waitFor();
    await visit.page.context().close();
  });

  it('speaks German completely', async () => {
    const visit = await openPage(browser, { locale: 'de-AT' });
    await signIn(visit.page, ANNA.username, ANNA.password);
    expect(await visit.page.locator('html').getAttribute('lang')).toBe('de');
    await visit.page.getByRole('link', { name: 'Einstellungen' }).click();
    await visit.page.getByLabel('Sprache', { exact: true }).selectOption('en');
    await visit.page.getByRole('heading', { name: 'Settings' }).waitFor();
    await visit.page.getByRole('button', { name: 'Sign out' }).click();
    await visit.page.waitForURL('**/login');
    await visit.page.context().close();
  });
});
