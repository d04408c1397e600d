import { describe, expect, test } from '@jest/globals';
import { chooseProfile, freezeProfile } from '../../../../core/profiles/choose-profile.ts';
import { ManagedProfiles } from '../../../../core/profiles/managed-profiles.ts';
import { documentHash, type ProfileDocuments } from '../../../../core/profiles/profile-documents.ts';
import { nameFor, underManaged } from '../../../../core/profiles/profile-entry.ts';
import type { ProfileRegistry } from '../../../../core/profiles/profile-registry.ts';
import { parseProfile } from '../../../../media/profile/profile.ts';
import document from '../../../../profiles/default.json' with { type: 'json' };
import { type Managed, managedFile } from '../../../support/profiles/managed.ts';

const row = (defaultFor: string[]) => ({
  ...{ hash: 'a'.repeat(64), title: 'By the API', tenants: '*' as const, defaultFor },
  ...{ updatedAt: '2026-11-28T00:00:00.000Z', updatedBy: 'operator' },
});

/** What the functions read where the deployment names the version v7. */
function setup(profiles: Record<string, Managed>, failures = 0) {
  const asked: unknown[] = [];
  let left = failures;
  const readOutput = async (...where: unknown[]) => {
    asked.push(where);
    if (left-- > 0) throw new Error('busy');
    return Buffer.from(managedFile(profiles));
  };
  return { asked, managed: new ManagedProfiles({ readOutput }, 'outputs', 'v7') };
}

describe('profiles of Terraform', () => {
  test('are read once, in the version that the deployment names', async () => {
    const { asked, managed } = setup({ shop: { document, tenants: ['acme'], defaultFor: ['acme'] } });
    const [first, second] = await Promise.all([managed.read(), managed.read()]);
    expect(await managed.read()).toBe(first);
    expect(second).toBe(first);
    expect(asked).toEqual([['outputs', 'managed-profiles.json', 'v7']]);
    expect(first.shop).toMatchObject({ title: 'Default', tenants: ['acme'], defaultFor: ['acme'] });
  });

  test('are read again after a failure', async () => {
    const { asked, managed } = setup({ shop: { document } }, 1);
    await expect(managed.read()).rejects.toThrow('busy');
    expect(Object.keys(await managed.read())).toEqual(['shop']);
    expect(asked).toHaveLength(2);
  });

  test('cost nothing where there are none', async () => {
    const readOutput = () => {
      throw new Error('Expected no read');
    };
    expect(await new ManagedProfiles({ readOutput }, 'outputs', undefined).read()).toEqual({});
  });

  test('of a version that is gone are missing by name', async () => {
    const gone = new ManagedProfiles({ readOutput: async () => undefined }, 'outputs', 'v7');
    await expect(gone.read()).rejects.toMatchObject({
      name: 'MissingResource',
      message: expect.stringContaining('version v7 of managed-profiles.json'),
    });
  });

  test('have the hash of the document as the API would store it, however it is laid out', async () => {
    const { managed } = setup({
      compact: { document: JSON.stringify(document) },
      spaced: { document: JSON.stringify(Object.fromEntries(Object.entries(document).reverse()), null, 8) },
    });
    const { compact, spaced } = await managed.read();
    expect(compact?.hash).toBe(documentHash(parseProfile(document)));
    expect(spaced?.hash).toBe(compact?.hash);
  });

  test.each([
    ['no JSON', '{', /JSON/],
    ['a field of its own', JSON.stringify({ ...document, colour: 'red' }), /colour/],
  ])(
    'that are no profiles (%s) fail the uploads that get them, and no others',
    async (_what, text, reason) => {
      const { managed } = setup({ broken: { document: text }, shop: { document, defaultFor: ['acme'] } });
      const all = underManaged({}, await managed.read());
      expect(chooseProfile(all, { tenantId: 'acme' }).name).toBe('shop');
      expect(() => chooseProfile(all, { tenantId: 'acme', wanted: 'broken' })).toThrow(
        expect.objectContaining({ name: 'InvalidConfiguration', message: expect.stringMatching(reason) }),
      );
    },
  );

  test('win over the row by name and by tenant', async () => {
    const { managed } = setup({ shop: { document, defaultFor: ['acme'] } });
    const all = underManaged({ shop: row(['hooli']), other: row(['acme', 'globex']) }, await managed.read());
    expect(all.shop?.managed).toBeDefined();
    expect(all.other?.defaultFor).toEqual(['globex']);
    expect(['acme', 'globex', 'hooli'].map((tenant) => nameFor(all, tenant))).toEqual([
      ...['shop', 'other', undefined],
    ]);
  });

  test('are stored by admission, since the next deployment may not have them', async () => {
    const { managed } = setup({ shop: { document } });
    const all = underManaged({}, await managed.read());
    const stored: unknown[] = [];
    const documents = { store: async (one: unknown) => stored.push(one) } as unknown as ProfileDocuments;
    const profiles = { read: async () => all } as ProfileRegistry;
    const frozen = await freezeProfile({ profiles, documents }, { tenantId: 'acme', wanted: 'shop' });
    expect(stored.map(documentHash)).toEqual([frozen.hash]);
  });
});
