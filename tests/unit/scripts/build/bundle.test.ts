import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stop } from 'esbuild';
import { bundle } from '../../../../scripts/build/bundle.ts';
import { maxCodeBytes } from '../../../../scripts/build/max-code-bytes.ts';
import { workloads } from '../../../../scripts/build/workloads.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundles-'));
});
afterAll(async () => {
  // Its service would go on until this process ends.
  await stop();
  await rm(folder, { recursive: true });
});

test.each(workloads())(
  '$kind/$name is bundled, within the size of its code',
  async ({ kind, name, entry }) => {
    const { bytes } = await bundle({ entry, folder: join(folder, name) });
    expect(bytes).toBeGreaterThan(100 * 1024);
    if (kind === 'lambdas') expect(bytes).toBeLessThan(maxCodeBytes(name));
  },
  60_000,
);
