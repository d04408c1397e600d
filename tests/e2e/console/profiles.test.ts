import { expect, test } from '@jest/globals';
import sharp from 'sharp';
import { DEFAULT_PROFILE } from '../../../media/profile/default-profile.ts';
import { expectFitForAll, inBrowser, tab } from './in-browser.ts';
import { badgeSays } from './pages.ts';

/** Once the browser has decoded the picture. */
const WIDTH_SHOWN =
  "((image) => image.decode().then(() => image.naturalWidth))(document.querySelector('.profile-preview img'))";

inBrowser('profiles, in Chromium', () => {
  test('are listed with their tenants, and where they come from', async () => {
    await putByApi('listed', { tenants: ['acme', 'hooli'], defaultFor: ['hooli'] });
    await tab.visit('/profiles');
    const cells = await row('listed').locator('td').allTextContents();
    expect(cells).toEqual(['listedListed', 'acme, hooli', 'hooli', 'operators']);
    expect(await row('default').locator('td').allTextContents()).toEqual([
      ...['defaultDefault', 'all', 'all others', 'shipped'],
    ]);
    await tab.page.getByRole('link', { name: 'default', exact: true }).click();
    await tab.page.getByText('It ships with the code.').waitFor();
    expect(await tab.page.locator('textarea').count()).toBe(0);
    expect(await tab.page.locator('pre').textContent()).toContain('"thumb_small"');
  });

  test('are copied, checked while one types, and saved', async () => {
    await tab.visit('/profiles');
    await tab.page.getByRole('textbox', { name: 'New profile' }).fill('shop');
    await tab.page.getByRole('button', { name: 'Edit it' }).click();
    const document = tab.page.getByLabel('Document');
    const save = tab.page.getByRole('button', { name: 'Save' });
    const written = JSON.parse(await document.inputValue());
    const type = (change: object) => document.fill(JSON.stringify({ ...written, ...change }));
    await type({ image: { outputs: [{ name: 'hero', format: 'webp', quality: 800 }] } });
    await tab.page.getByText(/image\/outputs\/0\/quality.*<=100/).waitFor();
    expect([await save.isDisabled(), await document.getAttribute('aria-invalid')]).toEqual([true, 'true']);
    await expectFitForAll();
    await document.fill('{');
    await tab.page.getByText('expected JSON').waitFor();
    await type({ title: 'Shop', image: { outputs: [{ name: 'hero', format: 'webp', quality: 80 }] } });
    await tab.page.getByText('The document fits the schema.').waitFor();
    await tab.page.getByLabel('Tenants that may use it').fill('acme');
    await tab.page.getByLabel('by default').fill('globex');
    await tab.page.getByText('globex gets it by default, and is not among its tenants.').waitFor();
    expect(await save.isDisabled()).toBe(true);
    await tab.page.getByLabel('Tenants that may use it').fill('acme, globex');
    await save.click();
    await tab.page.getByText('Saved', { exact: true }).waitFor();
    expect(await byApi('GET', 'shop')).toMatchObject({
      ...{ title: 'Shop', tenants: ['acme', 'globex'], defaultFor: ['globex'] },
      document: { image: { outputs: [{ name: 'hero', quality: 80 }] } },
    });
    // Saved a second time, over what it stored itself.
    await tab.page.getByLabel('by default').fill('');
    await save.click();
    await tab.page.getByText('Saved', { exact: true }).waitFor();
    expect(await byApi('GET', 'shop')).toMatchObject({ defaultFor: [] });
    await expectFitForAll();
  });

  test('show what they would make of an image, before they are saved', async () => {
    const [upload] = await tab.upload(await tab.media.copy('preview_me.jpg'));
    if (!upload) throw new Error('no row');
    await badgeSays(upload, 'Completed');
    await putByApi('previewed');
    await tab.visit('/profiles/previewed');
    const make = async (quality: number) => {
      const hero = { name: 'hero', format: 'jpeg', width: 320, quality };
      await edit({ ...DEFAULT_PROFILE, image: { outputs: [hero] } });
      const image = tab.page.locator('.profile-preview select');
      const option = image.locator('option', { hasText: 'preview_me.jpg' });
      await image.selectOption((await option.getAttribute('value')) ?? '');
      await tab.page.getByRole('button', { name: 'Preview' }).click();
      await tab.page.getByText('has changed since').waitFor({ state: 'detached' });
      const picture = tab.page.getByRole('img', { name: /^hero\.jpg/ });
      await picture.waitFor();
      const url = (await picture.getAttribute('src')) ?? '';
      const body = Buffer.from(await (await fetch(url)).arrayBuffer());
      const { width } = await sharp(body).metadata();
      const loaded = await tab.page.evaluate(WIDTH_SHOWN);
      const caption = await tab.page.locator('.profile-preview figcaption').textContent();
      expect([width, loaded, caption]).toEqual([
        320,
        320,
        expect.stringMatching(/^hero\.jpg320 × \d+ · JPEG/),
      ]);
      return body.length;
    };
    const [good, poor] = [await make(90), await make(10)];
    expect(poor).toBeLessThan(good / 2);
    await expectFitForAll();
    expect(JSON.stringify(await byApi('GET', 'previewed'))).not.toContain('hero');
    await tab.page.getByLabel('Document').fill('{}');
    expect(await tab.page.getByRole('button', { name: 'Preview' }).isDisabled()).toBe(true);
  });

  test('beyond the bounds of the operator are refused by field', async () => {
    await putByApi('greedy');
    await tab.visit('/profiles/greedy');
    const output = { name: 'hero', format: 'avif', effort: 9 };
    await edit({ ...DEFAULT_PROFILE, image: { outputs: [output] } });
    await tab.page.getByRole('button', { name: 'Save' }).click();
    await tab.page.getByRole('listitem').filter({ hasText: 'image/outputs/0/effort' }).waitFor();
    expect(tab.complaints().join()).toMatch(/400/);
  });

  test('that somebody else has changed are not written over', async () => {
    await putByApi('raced');
    await tab.visit('/profiles/raced');
    await edit({ ...DEFAULT_PROFILE, title: 'Mine' });
    await putByApi('raced', { document: { ...DEFAULT_PROFILE, title: 'Theirs' } });
    await tab.page.getByRole('button', { name: 'Save' }).click();
    await tab.page.getByText('was changed meanwhile by operator').waitFor();
    expect(await tab.page.getByLabel('Document').inputValue()).toContain('Mine');
    await tab.page.getByRole('button', { name: 'Load it, and drop my changes' }).click();
    await tab.page.getByText('was changed meanwhile').waitFor({ state: 'detached' });
    expect(await tab.page.getByLabel('Document').inputValue()).toContain('Theirs');
    expect(tab.complaints().join()).toMatch(/409/);
  });

  test('are deleted after a question', async () => {
    await putByApi('gone');
    await tab.visit('/profiles/gone');
    await tab.page.getByRole('button', { name: 'Delete' }).click();
    await tab.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await tab.page.getByRole('table').waitFor();
    await row('default').waitFor();
    expect(await row('gone').count()).toBe(0);
  });

  test('are shown to a tenant that may use them, and not changed there', async () => {
    await putByApi('of-acme', { tenants: ['acme'] });
    await tab.visit('/profiles');
    await tab.page.getByLabel('Acting as').selectOption('acme/ann');
    await tab.page.getByText('yours').first().waitFor();
    expect(await tab.page.getByRole('button', { name: 'Edit it' }).count()).toBe(0);
    await tab.page.getByRole('link', { name: 'of-acme' }).click();
    await tab.page.locator('pre').waitFor();
    expect(await tab.page.getByRole('button', { name: 'Save' }).count()).toBe(0);
    await expectFitForAll();
    await tab.page.getByLabel('Acting as').selectOption('operator');
  });
});

const row = (name: string) =>
  tab.page.getByRole('row').filter({ has: tab.page.getByRole('link', { name, exact: true }) });

const edit = (document: object) => tab.page.getByLabel('Document').fill(JSON.stringify(document));

async function byApi(method: string, name: string, body?: object): Promise<unknown> {
  const response = await fetch(`${tab.site.api.url}/api/media/profiles/${name}`, {
    method,
    headers: { 'x-development-identity': 'operator', 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${name}: ${await response.text()}`);
  return response.json();
}

const putByApi = (name: string, more: object = {}) =>
  byApi('PUT', name, { document: { ...DEFAULT_PROFILE, title: 'Listed' }, ...more });
