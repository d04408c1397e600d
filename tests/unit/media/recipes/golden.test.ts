import { describe, expect, test } from '@jest/globals';
import { RECIPES, type RecipeName } from '../../../../media/recipes.ts';
import { compare, type GoldenHashes, hashesOf } from '../../../support/golden/golden.ts';
import golden from './golden.json' with { type: 'json' };

const NAMES = Object.keys(RECIPES) as RecipeName[];
const GOLDEN: Readonly<Record<string, GoldenHashes>> = golden;

test('golden.json has every recipe and no other', () => {
  expect(Object.keys(golden).sort()).toEqual([...NAMES].sort());
});

test.each(NAMES)('what the recipe %s makes is as it was, or its version is another', async (recipe) => {
  const now = await hashesOf(recipe);
  expect(Object.keys({ ...now.texts, ...now.bytes })).not.toEqual([]);
  const { problems, skipped } = compare(recipe, GOLDEN[recipe], now);
  if (skipped) console.warn(skipped);
  expect(problems).toEqual([]);
});

describe('a recipe', () => {
  const before: GoldenHashes = {
    version: 1,
    texts: { vtt: 'a' },
    tools: { sharp: '1' },
    bytes: { jpg: 'b' },
  };
  const changed = (name: string) =>
    `the bytes of ${name} changed: add one to RECIPES['storyboard'] in media/recipes.ts, then npm run golden`;
  test.each<[label: string, now: GoldenHashes, problems: string[]]>([
    ['as it was', before, []],
    ['whose text is another', { ...before, texts: { vtt: 'c' } }, [changed('vtt')]],
    ['whose bytes are others', { ...before, bytes: { jpg: 'c' } }, [changed('jpg')]],
    ['that makes more', { ...before, bytes: { jpg: 'b', png: 'd' } }, [changed('png')]],
    ['that makes less', { ...before, texts: {} }, [changed('vtt')]],
    [
      'of another version',
      { ...before, version: 2, texts: { vtt: 'c' } },
      ["golden.json has version 1 of 'storyboard', media/recipes.ts 2: npm run golden"],
    ],
  ])('%s: problems are named', (_label, now, problems) => {
    expect(compare('storyboard', before, now)).toEqual({ problems });
  });

  test('made by other tools is compared by its text alone, and that is said', () => {
    const now = { ...before, tools: { sharp: '2' }, texts: { vtt: 'c' }, bytes: { jpg: 'c' } };
    expect(compare('storyboard', before, now)).toEqual({
      problems: [changed('vtt')],
      skipped: expect.stringMatching(/^The bytes of recipe 'storyboard' are not compared: .*"1".*"2"/),
    });
  });
});
