import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeSamples } from '../../../samples/make-samples.ts';
import type { Sample } from '../../../samples/sample.ts';
import { outputsOf } from '../../support/made-outputs.ts';

let folder: string;
let samples: Sample[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'samples-'));
  samples = await makeSamples(folder);
});
afterAll(() => rm(folder, { recursive: true }));

/** Whole files are what the tests of each engine are about. */
const isDoubtful = ({ file, expect: status }: Sample) =>
  status === 'REJECTED' || basename(file).startsWith('upload-cut-off');

test('samples that are damaged, cut off or something else end as the demo expects', async () => {
  const doubtful = samples.filter(isDoubtful);
  const ended: Record<string, string> = {};
  for (const { file } of doubtful)
    ended[basename(file)] = await outputsOf(file).then(
      () => 'COMPLETED',
      (error: Error) => (error.name === 'Error' ? error.message : 'REJECTED'),
    );
  expect(ended).toEqual(
    Object.fromEntries(doubtful.map(({ file, expect: status }) => [basename(file), status])),
  );
  expect(new Set(Object.values(ended))).toEqual(new Set(['COMPLETED', 'REJECTED']));
  expect(doubtful.length).toBeGreaterThan(7);
});
