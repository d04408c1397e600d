import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { manifestOutputs } from '../../../../core/outputs/manifest-outputs.ts';

const published = ['b.jpg', 'a.webp', 'c.json', 'd.jpg'].map((key, i) => ({
  entry: { key, versionId: 'v', contentType: 'a/b', size: i, sha256: `${i}` },
  by: { name: 'image', definition: { quality: i % 2 } } as const,
}));
const common = { tools: { sharp: '1' }, etag: 'e' };

test('the outputs of a manifest do not depend on the order in which they were published', () => {
  const expected = JSON.stringify(manifestOutputs({ published, planned: [] }, common));
  fc.assert(
    fc.property(fc.shuffledSubarray(published, { minLength: published.length }), (shuffled) => {
      expect(JSON.stringify(manifestOutputs({ published: shuffled, planned: [] }, common))).toBe(expected);
    }),
  );
});

test('each output names the recipe that it was made by, which others share', () => {
  const { outputs, recipes } = manifestOutputs({ published, planned: [] }, common);
  expect(outputs.map(({ key }) => key)).toEqual(['a.webp', 'b.jpg', 'c.json', 'd.jpg']);
  expect(Object.keys(recipes)).toHaveLength(2);
  expect(outputs.map(({ recipeHash }) => recipes[recipeHash]?.definition)).toEqual(
    [1, 0, 0, 1].map((quality) => ({ quality })),
  );
});

test('what was asked for and gave no output is among the recipes', () => {
  const nothing = { name: 'cover', definition: {} } as const;
  const { recipes } = manifestOutputs({ published, planned: [nothing, { ...nothing }] }, common);
  expect(Object.values(recipes).map(({ recipe }) => recipe)).toEqual(['image', 'image', 'cover']);
});

test('what was taken over keeps its hash, and says by what it was made', () => {
  const made = { recipe: 'image', version: 1, definition: {}, tools: { sharp: '0' } } as const;
  const taken = published.slice(0, 1).map(({ entry }) => ({ entry, by: { hash: 'earlier', made } }));
  const { outputs, recipes } = manifestOutputs({ published: taken, planned: [] }, common);
  expect(outputs.map(({ recipeHash }) => recipeHash)).toEqual(['earlier']);
  expect(recipes).toEqual({ earlier: made });
});
