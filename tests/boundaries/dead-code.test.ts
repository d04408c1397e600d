import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { plantedTree, type Tree } from './tree.ts';

const FILES = {
  'cli/planted.ts': 'export const planted = 1;\n',
  'media/planted-tested.ts': 'export const tested = 1;\n',
  'base/in-batches.ts': `${await readFile('base/in-batches.ts', 'utf8')}
export const dead = 1;
export const inside = 2;
console.log(inside);
export interface DeadType {
  a: 1;
}
export const tested = 3;
`,
  'tests/unit/planted.test.ts': `import { DockerfileParser } from 'planted-undeclared';
import { tested } from '../../base/in-batches.ts';
import { tested as file } from '../../media/planted-tested.ts';

console.log(DockerfileParser, tested, file);
`,
};

/** An issue by its kind, its file and what it names. */
const EVERYTHING = [
  ['an unused file', 'files cli/planted.ts'],
  ['an export that nobody imports', 'exports base/in-batches.ts dead'],
  ['an export that only its own file uses', 'exports base/in-batches.ts inside'],
  ['a type that nobody imports', 'types base/in-batches.ts DeadType'],
  ['an undeclared dependency', 'unlisted tests/unit/planted.test.ts planted-undeclared'],
  ['an unused dependency', 'dependencies package.json planted-unused'],
  ['an unused dependency of development', 'devDependencies package.json planted-unused-too'],
] as const;

const PRODUCT = [
  ['a file that only tests use', 'files media/planted-tested.ts'],
  ['an export that only tests use', 'exports base/in-batches.ts tested'],
] as const;

describe('dead code', () => {
  let tree: Tree;
  let everything: string[];
  let product: string[];
  beforeAll(async () => {
    const manifest = JSON.parse(await readFile('package.json', 'utf8'));
    manifest.dependencies['planted-unused'] = '1.0.0';
    manifest.devDependencies['planted-unused-too'] = '1.0.0';
    tree = await plantedTree({ ...FILES, 'package.json': JSON.stringify(manifest) });
    everything = await issues(tree);
    product = await issues(tree, '--production');
  });
  afterAll(() => tree.remove());

  test.each(EVERYTHING)('%s', (_label, issue) => {
    expect(everything).toContain(issue);
  });

  test.each(PRODUCT)('%s', (_label, issue) => {
    expect(product).toContain(issue);
    expect(everything).not.toContain(issue);
  });

  test('nothing else is found', () => {
    const planted: string[] = [...EVERYTHING, ...PRODUCT].map(([, issue]) => issue);
    expect([...everything, ...product].filter((one) => !planted.includes(one))).toEqual([]);
  });
});

async function issues(tree: Tree, ...args: string[]): Promise<string[]> {
  const { code, lines } = await tree.run('knip', '--no-config-hints', '--reporter', 'json', ...args);
  expect(code).toBe(1);
  const report = JSON.parse(lines.find((line) => line.startsWith('{')) ?? '{}') as {
    issues: ({ file: string } & Record<string, { name: string }[]>)[];
  };
  return report.issues.flatMap(({ file, ...kinds }) =>
    Object.entries(kinds).flatMap(([kind, found]) =>
      (found as { name: string }[]).map(({ name }) =>
        kind === 'files' ? `files ${file}` : `${kind} ${file} ${name}`,
      ),
    ),
  );
}
