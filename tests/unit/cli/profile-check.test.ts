import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CommandContext } from '../../../cli/command.ts';
import { command } from '../../../cli/commands/profile-check.ts';
import document from '../../../profiles/default.json' with { type: 'json' };

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'profiles-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function check(content: string, json = false) {
  const file = join(directory, 'shop.json');
  await writeFile(file, content);
  const lines: string[] = [];
  const print = (line: string) => lines.push(line.replace(`${directory}/`, ''));
  const context = { values: {}, positionals: [file], json, print } as unknown as CommandContext;
  return { code: await command.run(context), lines };
}

test('a profile within the bounds passes', async () => {
  expect(await check(JSON.stringify(document))).toEqual({
    code: 0,
    lines: ['shop.json: a profile within the bounds.'],
  });
});

test.each([
  [
    'the schema',
    { image: { outputs: [{ name: 'hero', format: 'webp', quality: 101 }] } },
    '  image/outputs/0/quality: Too big: expected number to be <=100',
  ],
  [
    'the bounds',
    { image: { outputs: [{ name: 'hero', format: 'avif', effort: 7 }] } },
    '  image/outputs/0/effort: expected at most 6 effort (MAX_PROFILE_EFFORT), got 7',
  ],
])('one beyond %s fails, with the field', async (_what, more, line) => {
  const { code, lines } = await check(JSON.stringify({ ...document, ...more }));
  expect([code, lines]).toEqual([1, ['shop.json:', line]]);
});

test('its JSON names file and field', async () => {
  const { code, lines } = await check(JSON.stringify({ ...document, title: '' }), true);
  const [{ problems }] = JSON.parse(lines.join()).files;
  expect([code, lines.length, problems.map(({ at }: { at: string }) => at)]).toEqual([1, 1, ['title']]);
});

test('a file that is no JSON is wrong usage', async () => {
  await expect(check('{')).rejects.toThrow(/Expected JSON in .*shop\.json/);
});
