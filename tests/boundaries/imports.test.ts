import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { plantedTree, type Tree } from './tree.ts';

type Planted = readonly [label: string, rule: string, file: string, content: string];

const uses = (name: string) => `export const planted = ${name};\n`;
const usesType = (name: string) => `export type Planted = ${name};\n`;

const LAYERS: Planted[] = [
  [
    'base knows nothing of media, not even a type',
    'layer-base',
    'base/planted.ts',
    `import type { MediaKind } from '../media/kinds/kinds.ts';\n${usesType('MediaKind')}`,
  ],
  [
    'media knows nothing of a job',
    'layer-media',
    'media/planted.ts',
    `import type { WorkOrder } from '../contract/work-order.ts';\n${usesType('WorkOrder')}`,
  ],
  [
    'the contract knows of media its kinds alone',
    'layer-contract',
    'contract/planted.ts',
    `import { openPixels } from '../media/sharp/hardened-sharp.ts';\n${uses('openPixels')}`,
  ],
  [
    'core knows no function',
    'layer-core',
    'core/aws/planted.ts',
    `import { explain } from '../../lambdas/report-stopped-task/report-stopped-task.ts';\n${uses('explain')}`,
  ],
  [
    'a function knows no task program',
    'layer-lambdas',
    'lambdas/process-image/planted-task.ts',
    `import { SETTINGS } from '../../tasks/transcode-video/transcode-video.ts';\n${uses('SETTINGS')}`,
  ],
  [
    'a task program knows no function',
    'layer-tasks',
    'tasks/transcode-audio/planted-function.ts',
    `import { explain } from '../../lambdas/report-stopped-task/report-stopped-task.ts';\n${uses('explain')}`,
  ],
  [
    'the command line knows of the product the contract alone',
    'layer-cli',
    'cli/planted.ts',
    `export const planted = () => import('../core/aws/operator-access.ts');\n`,
  ],
  [
    'the typed client knows of the product the contract alone',
    'layer-client',
    'client/planted.ts',
    `import type { Job } from '../core/jobs/job.ts';\n${usesType('Job')}`,
  ],
  [
    'the web page knows of the product the contract alone',
    'layer-console',
    'console/source/planted.tsx',
    `import type { Job } from '../../core/jobs/job.ts';\nexport const Planted = (_: { job: Job }) => <p />;\n`,
  ],
  [
    'the local cloud knows no script',
    'layer-local',
    'local/planted.ts',
    `import { settingsOf } from '../scripts/settings-of.ts';\n${uses('settingsOf')}`,
  ],
  [
    'a script knows no test',
    'layer-scripts',
    'scripts/planted/planted.ts',
    `import { writeOdf } from '../../tests/support/write-odf.ts';\n${uses('writeOdf')}`,
  ],
  [
    'samples know nothing of the product',
    'layer-samples',
    'samples/planted.ts',
    `import { log } from '../base/log.ts';\n${uses('log')}`,
  ],
];

const CORE: Planted[] = [
  ['aws', 'uploads', '../uploads/max-bytes.ts'],
  ['uploads', 'jobs', '../jobs/job.ts'],
  ['jobs', 'outputs', '../outputs/output-key.ts'],
  ['outputs', 'lifecycle', '../lifecycle/end-job.ts'],
  ['profiles', 'jobs', '../jobs/job.ts'],
  ['watermarks', 'profiles', '../profiles/choose-profile.ts'],
  ['queue', 'outputs', '../outputs/output-key.ts'],
  ['lifecycle', 'entry', '../entry/stores.ts'],
  ['entry', 'lifecycle', '../lifecycle/end-job.ts'],
].map(
  ([layer = '', other = '', path = '']): Planted => [
    `core/${layer} knows nothing of core/${other}`,
    `layer-core-${layer}`,
    `core/${layer}/planted-${other}.ts`,
    `import * as other from '${path}';\n${uses('other')}`,
  ],
);

const APART: Planted[] = [
  [
    'a function imports no other function',
    'no-lambda-to-lambda',
    'lambdas/process-image/planted.ts',
    `import { explain } from '../report-stopped-task/report-stopped-task.ts';\n${uses('explain')}`,
  ],
  [
    'a task program imports no other',
    'no-task-to-task',
    'tasks/transcode-audio/planted.ts',
    `import { SETTINGS } from '../transcode-video/transcode-video.ts';\n${uses('SETTINGS')}`,
  ],
  [
    'nobody imports what runs in a sandboxed process',
    'child-from-outside',
    'media/document/planted.ts',
    `import { openPdf } from './reader/child/open-pdf.ts';\n${uses('openPdf')}`,
  ],
  [
    'what runs in a sandboxed process imports nothing of its parent',
    'child-to-outside',
    'media/image/heic/child/planted.ts',
    `import type * as parent from '../decode-heic.ts';\n${usesType('typeof parent')}`,
  ],
  [
    'one sandboxed process imports nothing of another',
    'child-to-outside',
    'media/image/heic/child/planted-other.ts',
    `import { openPdf } from '../../../document/reader/child/open-pdf.ts';\n${uses('openPdf')}`,
  ],
  [
    'one file imports sharp',
    'sharp-in-one-file',
    'media/image/planted.ts',
    `import sharp, { type Sharp } from 'sharp';\nexport const planted = (): Sharp => sharp();\n`,
  ],
  [
    'nor does a script import sharp',
    'sharp-in-one-file',
    'scripts/planted/planted-sharp.ts',
    `export const planted = async () => (await import('sharp')).default();\n`,
  ],
  [
    'no cycle of values',
    'no-cycles',
    'base/planted-one.ts',
    `import { two } from './planted-two.ts';\nexport const one = () => two;\n`,
  ],
  [
    'no cycle of types',
    'no-cycles',
    'base/planted-type-one.ts',
    `import type { Two } from './planted-type-two.ts';\nexport type One = Two[];\n`,
  ],
  [
    'an import leads somewhere',
    'resolvable',
    'base/planted-nowhere.ts',
    `import { gone } from './gone.ts';\n${uses('gone')}`,
  ],
];

/** The other halves of the cycles. */
const PARTNERS = {
  'base/planted-two.ts': `import { one } from './planted-one.ts';\nexport const two = () => one;\n`,
  'base/planted-type-two.ts': `import { type One } from './planted-type-one.ts';\nexport type Two = { one?: One };\n`,
};

const PLANTED = [...LAYERS, ...CORE, ...APART];

describe('who imports whom', () => {
  let tree: Tree;
  let found: { code: number; lines: string[] };
  beforeAll(async () => {
    const files = PLANTED.map(([, , file, content]): [string, string] => [file, content]);
    tree = await plantedTree({ ...Object.fromEntries(files), ...PARTNERS });
    found = await tree.run('node', '--disable-warning=ExperimentalWarning', 'scripts/check-imports.ts');
  });
  afterAll(() => tree.remove());

  test.each(PLANTED)('%s', (_label, rule, file) => {
    expect(found.lines.filter((line) => line.startsWith(`${rule}: `) && line.includes(file))).toHaveLength(1);
    expect(found.code).toBe(1);
  });

  test('nothing else is found', () => {
    const planted = PLANTED.map(([, rule, file]) => ({ rule, file }));
    const others = found.lines
      .filter((line) => /^\S/.test(line))
      .filter(
        (line) => !planted.some(({ rule, file }) => line.startsWith(`${rule}: `) && line.includes(file)),
      );
    expect(others).toEqual([]);
  });

  test('every rule has its violation planted', async () => {
    const names = `import { stdout } from 'node:process';
      import config from './.dependency-cruiser.mjs';
      for (const { name } of config.forbidden) stdout.write(name + '\\n');`;
    const { lines } = await tree.run('node', '--input-type=module', '-e', names);
    const planted = new Set(PLANTED.map(([, rule]) => rule));
    expect(lines.filter((name) => name && !planted.has(name))).toEqual([]);
    expect(lines).toEqual(expect.arrayContaining([...planted]));
  });
});
