import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ERRORS } from '../../base/errors.ts';
import { KINDS, type MediaKind } from '../../media/kinds/kinds.ts';
import { OUTPUTS, type OutputRow } from '../../media/kinds/outputs.ts';
import { kindProblems } from '../state-machines/check-kinds.ts';
import { retryProblems } from '../state-machines/check-retries.ts';
import { statesIn } from '../state-machines/lint.ts';
import { renderedMachine } from '../state-machines/rendered-machine.ts';
import { unsaidErrors } from '../state-machines/unsaid-errors.ts';
import { namesOf, outputProblems } from '../support/output-names.ts';
import { plantedTree } from './tree.ts';

const machine = renderedMachine();

/** The sections of docs/adding.md: its heading and the files of its table. */
const SECTIONS = readFileSync('docs/adding.md', 'utf8')
  .split('\n## ')
  .slice(1)
  .map((section) => ({
    heading: section.split('\n')[0] ?? '',
    files: [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, file = '']) => file),
  }));
const section = (what: string) => {
  const found = SECTIONS.find(({ heading }) => heading.startsWith(`A new ${what}:`));
  if (!found) throw new Error(`Expected a section on a new ${what}`);
  return found;
};

describe('docs/adding.md', () => {
  test('counts the files that it lists, and they are there', () => {
    expect(section('error')).toMatchObject({
      heading: expect.stringMatching(/: 3 files/),
      files: { length: 3 },
    });
    expect(section('output')).toMatchObject({
      heading: expect.stringMatching(/: 2 files/),
      files: { length: 2 },
    });
    const { heading, files } = section('kind');
    const own = files.filter((file) => file.includes('{'));
    expect(heading).toBe(`A new kind: ${files.length - own.length} files, and ${own.length} of its own`);
    const known = SECTIONS.flatMap((one) => one.files).filter((file) => !file.includes('{'));
    expect(known.filter((file) => !existsSync(file))).toEqual([]);
  });
});

/** A row that is copied with another name; every experiment begins with the row alone. */
const congested = { ...ERRORS, Congested: ERRORS.ServiceUnavailable };
const palette = { name: 'palette.json', label: 'Palette', role: 'metadata', kinds: ['IMAGE'] } as const;

describe('a new error with nothing but its row', () => {
  test('is named as one that no file says', () => {
    expect(unsaidErrors(Object.keys(congested))).toEqual(['Congested']);
  });

  test('is named by each state that would not retry it, and by these only', () => {
    const states = retryProblems(machine, congested);
    const running = statesIn(machine)
      .filter(([, { Resource = '' }]) => /lambda:|ecs:/.test(Resource))
      .map(([state]) => `${state} retries Congested never; the tables say with backoff`);
    expect(running).toHaveLength(12);
    expect(states.toSorted()).toEqual(running.toSorted());
    const tasks = { ...ERRORS, Congested: { ...ERRORS.NoCapacity, retry: 'once' } } as const;
    expect(retryProblems(machine, tasks)).toHaveLength(5);
    expect(retryProblems(machine, { ...ERRORS, Congested: ERRORS.CorruptMedia })).toEqual([]);
  });
});

test('a new output with nothing but its row is named as one that nothing makes', () => {
  const kinds = Object.keys(KINDS) as MediaKind[];
  const rows: readonly OutputRow[] = OUTPUTS;
  const made = kinds.map((kind) => [kind, rows.filter((row) => row.kinds.includes(kind)).flatMap(namesOf)]);
  expect(outputProblems(Object.fromEntries(made))).toEqual([]);
  expect(outputProblems(Object.fromEntries(made), [...rows, palette])).toEqual([
    'OUTPUTS says that palette.json is made of IMAGE, which nothing does',
  ]);
});

describe('a new kind with nothing but its row', () => {
  test('is named as one without a branch in the state machine', () => {
    const state = { label: 'Model', limits: { bytes: 'MAX_IMAGE_BYTES' }, state: 'ProcessModel' };
    expect(kindProblems(machine, { ...KINDS, MODEL: state })).toEqual([
      'MODEL has no branch in WhichMediaKind',
    ]);
  });

  test('has the type check name what follows from the row, and a file that no row of OUTPUTS lists', async () => {
    const planted = {
      'media/kinds/kinds.ts': withModel('page'),
      'base/config.ts': readFileSync('base/config.ts', 'utf8').replace(
        'export const SETTINGS = {',
        'export const SETTINGS = {\n  MAX_MODEL_BYTES: integer(1, 1, 2),\n  MAX_CONCURRENT_MODELS: integer(0, 0, 1),',
      ),
      'media/image/palette.ts': [
        "import type { Output } from '../output.ts';",
        "const recipe = { name: 'metadata', definition: {} } as const;",
        "export const palette: Output = { name: 'palette.json', contentType: 'a/b', body: Buffer.alloc(0), recipe };",
      ].join('\n'),
    };
    expect(await typeErrors(planted, ['.', 'console'])).toEqual({
      'scripts/smoke/uploads.ts': expect.stringContaining("Property 'MODEL' is missing"),
      'tests/support/made-outputs.ts': expect.stringContaining("Property 'MODEL' is missing"),
      'tests/support/made-by-profile.ts': expect.stringContaining("Property 'MODEL' is missing"),
      'tests/support/profiles/asked-for.ts': expect.stringContaining("Property 'MODEL' does not exist"),
      'media/planned-recipes.ts': expect.stringContaining("Property 'MODEL' is missing"),
      'media/image/palette.ts': expect.stringContaining('"palette.json"\' is not assignable'),
    });
  });

  test('has it name a limit that is no setting, and an icon without a shape', async () => {
    const errors = await typeErrors({ 'media/kinds/kinds.ts': withModel('cube') }, ['console']);
    expect(errors).toMatchObject({
      'media/kinds/kinds.ts': expect.stringContaining('"MAX_MODEL_BYTES"\' is not assignable'),
      'console/source/parts/icon.tsx': expect.stringContaining("Property 'cube' is missing"),
    });
  });
});

function withModel(icon: string): string {
  const row = `MODEL: { label: 'Model', limits: { bytes: 'MAX_MODEL_BYTES' }, state: 'ProcessModel', slots: 'MAX_CONCURRENT_MODELS', cost: { job: 0.001 }, icon: '${icon}' },`;
  const kinds = readFileSync('media/kinds/kinds.ts', 'utf8');
  return kinds.replace('export const KINDS = {', `export const KINDS = {\n  ${row}`);
}

/** What the type check says of the sources with these files among them, by file. */
async function typeErrors(
  planted: Readonly<Record<string, string>>,
  projects: readonly string[],
): Promise<Record<string, string>> {
  const tree = await plantedTree(planted);
  try {
    const errors: Record<string, string> = {};
    let file = '';
    for (const project of projects)
      for (const line of (await tree.run('tsc', '--noEmit', '-p', project)).lines.filter(Boolean)) {
        // What belongs to an error is indented below it.
        file = /^([\w./-]+)\(\d+,\d+\): error/.exec(line)?.[1] ?? file;
        errors[file] = `${errors[file] ?? ''}${line}\n`;
      }
    return errors;
  } finally {
    await tree.remove();
  }
}
