import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { imageTag } from '../../../../scripts/build/images.ts';

describe('the tag of an image', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'image-'));
    await writeFile(join(folder, 'Dockerfile'), 'FROM scratch');
    await writeFile(join(folder, 'main.mjs'), '1');
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('stays while nothing changes', async () => {
    expect(await imageTag(folder, 'arm64')).toBe(await imageTag(folder, 'arm64'));
  });

  test('differs by processor, though the files are the same', async () => {
    expect(await imageTag(folder, 'arm64')).not.toBe(await imageTag(folder, 'x86_64'));
  });

  test.each([
    ['a file changes', 'main.mjs', '2'],
    ['the Dockerfile changes', 'Dockerfile', 'FROM scratch AS other'],
    ['a file comes', 'more.mjs', '1'],
  ])('differs when %s', async (_, file, content) => {
    const before = await imageTag(folder, 'arm64');
    await writeFile(join(folder, file), content);
    expect(await imageTag(folder, 'arm64')).not.toBe(before);
  });
});
