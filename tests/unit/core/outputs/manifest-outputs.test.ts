import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { manifestOutputs } from '../../../../core/outputs/manifest-outputs.ts';

const published = ['b.jpg', 'a.webp', 'c.json', 'd.jpg'].map((key, i) => ({
  entry: { key, versionId: 'v', contentType: 'a/b', size: i, sha256: `${i}` },
  recipe: { name: 'image', definition: { quality: i % 2 } } as const,
}));
const common = { tools: { sharp: '1' }, etag: 'e' };

test('the outputs of a manifest do not depend on the order in which they were published', () => {
  const expected = JSON.stringify(manifestOutputs(published, common));
  fc.assert(
    fc.property(fc.shuffledSubarray(published, { minLength: published.length }), (shuffled) => {
      expect(JSON.stringify(manifestOutputs(shuffled, common))).toBe(expected);
    }),
  );
});

test('each output names the recipe that it was made by, which others share', () => {
  const { outputs, recipes } = manifestOutputs(published, common);
  expect(outputs.map(({ key }) => key)).toEqual(['a.webp', 'b.jpg', 'c.json', 'd.jpg']);
  expect(Object.keys(recipes)).toHaveLength(2);
  expect(outputs.map(({ recipeHash }) => recipes[recipeHash]?.definition)).toEqual(
    [1, 0, 0, 1].map((quality) => ({ quality })),
  );
});
