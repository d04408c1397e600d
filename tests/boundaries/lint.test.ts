import { relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { plantedTree, type Tree } from './tree.ts';

const lines = (count: number) =>
  Array.from({ length: count }, (_, at) => `export const line${at} = ${at};\n`).join('');

const SDK = 'lint/style/noRestrictedImports';

const PLANTED: (readonly [label: string, rule: string, file: string, content: string])[] = [
  [
    'a function calls AWS through core',
    SDK,
    'lambdas/process-image/planted.ts',
    `import { S3Client } from '@aws-sdk/client-s3';\nexport const planted = new S3Client();\n`,
  ],
  [
    'core calls AWS in its stores alone, and takes no type from the SDK elsewhere',
    SDK,
    'core/lifecycle/planted.ts',
    `import type { SQSClient } from '@aws-sdk/client-sqs';\nexport type Planted = SQSClient;\n`,
  ],
  [
    'nor does anything load the SDK late',
    SDK,
    'cli/planted.ts',
    `export const planted = () => import('@aws-sdk/credential-provider-node');\n`,
  ],
  [
    'the file that runs ffmpeg knows no AWS',
    SDK,
    'media/ffmpeg/run-ffmpeg.ts',
    `import { S3Client } from '@aws-sdk/client-s3';\nexport const planted = new S3Client();\n`,
  ],
  [
    'one file imports fluent-ffmpeg',
    SDK,
    'media/audio/planted.ts',
    `import ffmpeg from 'fluent-ffmpeg';\nexport const planted = ffmpeg;\n`,
  ],
  [
    'nor does a store import fluent-ffmpeg',
    SDK,
    'core/aws/planted.ts',
    `import ffmpeg from 'fluent-ffmpeg';\nexport const planted = ffmpeg;\n`,
  ],
  [
    'no import hides within a type',
    'plugin',
    'media/planted.ts',
    `export type Planted = import('../core/jobs/job.ts').Job;\n`,
  ],
  [
    'no import hides within typeof',
    'plugin',
    'base/planted.ts',
    `export type Planted = typeof import('../core/jobs/job.ts');\n`,
  ],
  [
    'no import of a computed path',
    'plugin',
    'core/entry/planted.ts',
    `export const planted = (name: string) => import(\`../../lambdas/\${name}/handler.ts\`);\n`,
  ],
  [
    'no barrel file',
    'lint/performance/noBarrelFile',
    'contract/planted.ts',
    `export { STATUSES } from './lists.ts';\n`,
  ],
  [
    'nothing re-exports all of a file',
    'lint/performance/noReExportAll',
    'contract/planted-all.ts',
    `export * from './lists.ts';\n`,
  ],
  ['no long file', 'lint/style/noExcessiveLinesPerFile', 'console/source/planted.tsx', lines(234)],
];

const ALLOWED = {
  'core/entry/planted-sdk.ts': `import { S3Client } from '@aws-sdk/client-s3';\nexport const planted = new S3Client();\n`,
  'local/planted.ts': `export const planted = (name: string) => import(\`../lambdas/\${name}/handler.ts\`);\n`,
  'cli/planted-long.ts': lines(233),
};

describe('what one file shows', () => {
  let tree: Tree;
  let found: string[];
  beforeAll(async () => {
    const files = PLANTED.map(([, , file, content]): [string, string] => [file, content]);
    tree = await plantedTree({ ...Object.fromEntries(files), ...ALLOWED });
    const { code, lines } = await tree.run('biome', 'lint', '--reporter=github', '--max-diagnostics=none');
    expect(code).toBe(1);
    found = lines.flatMap((line) => {
      const [, rule, file] = /^::\w+ title=([^,]+),file=([^,]+),/.exec(line) ?? [];
      return rule && file ? [`${rule} ${relative(tree.folder, file)}`] : [];
    });
  });
  afterAll(() => tree.remove());

  test.each(PLANTED)('%s', (_label, rule, file) => {
    expect(found).toContain(`${rule} ${file}`);
  });

  test('nothing else is found', () => {
    const planted = PLANTED.map(([, rule, file]) => `${rule} ${file}`);
    expect(found.filter((one) => !planted.includes(one))).toEqual([
      // It re-exports, whatever it re-exports.
      'lint/performance/noBarrelFile contract/planted-all.ts',
    ]);
  });
});

test('no folder of product code holds more than 20 files', async () => {
  const files = (folder: string, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`${folder}/${at}.ts`, '']));
  const tree = await plantedTree({
    ...files('media/crowded', 21),
    ...files('tests/crowded', 21),
    ...files('media/full', 20),
  });
  const { code, lines } = await tree.run(
    'node',
    '--disable-warning=ExperimentalWarning',
    'scripts/check-folders.ts',
  );
  await tree.remove();
  expect(lines.filter(Boolean)).toEqual(['media/crowded: expected at most 20 files in a folder, got 21']);
  expect(code).toBe(1);
});
