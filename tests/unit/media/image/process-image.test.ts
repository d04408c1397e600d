import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../../../base/config.ts';
import type { WorkOrder } from '../../../../contract/work-order.ts';
import { processImage, SETTINGS } from '../../../../lambdas/process-image/process-image.ts';
import { memoryStores } from '../../../support/memory-stores.ts';
import { heic, hevc } from './heic/heic-file.ts';
import { quarters } from './pictures.ts';

const ORDER: WorkOrder = {
  jobId: 'job_a',
  executionArn: 'arn:execution',
  tenantId: 'acme',
  userId: 'ann',
  bucket: 'media',
  key: 'tenants/acme/users/ann/media/photo.png',
  versionId: 'v1',
  etag: 'e1',
  size: 1000,
  kind: 'IMAGE',
  contentType: 'image/png',
  stem: 'photo',
  convert: false,
  timeoutSeconds: 600,
};
const PREFIX = 'tenants/acme/users/ann/media/processed/photo_';

function setup(source: Buffer, settings: Record<string, string> = {}) {
  /** Where the source was put. */
  const files: string[] = [];
  const memory = memoryStores({
    executionArn: ORDER.executionArn,
    download: async (file) => {
      await writeFile(file, source);
      files.push(file);
    },
  });
  const config = readConfig(
    { OUTPUT_BUCKET: 'outputs', JOB_TABLE: 'jobs', QUEUE_TABLE: 'queue', ...settings },
    SETTINGS,
  );
  return { ...memory, files, run: () => processImage({ ...memory.stores, config }, ORDER) };
}

describe('processImage', () => {
  test('publishes the pictures, metadata and a manifest, and reads the source once', async () => {
    const { run, objects, files } = setup(await quarters().png().toBuffer());
    expect(await run()).toEqual({
      manifestKey: `${PREFIX}manifest.json`,
      manifestVersionId: 'v1',
      outputCount: 6,
      kind: 'IMAGE',
      degraded: [],
    });
    const names = [...objects.keys()]
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => key.slice(PREFIX.length));
    expect(names.sort()).toEqual([
      ...['manifest.json', 'metadata.json', 'optimized.jpg', 'thumb_large.jpg', 'thumb_medium.jpg'],
      ...['thumb_small.jpg', 'webp.webp'],
    ]);
    expect(files).toHaveLength(1);
    const manifest = JSON.parse(String(objects.get(`${PREFIX}manifest.json`)));
    expect(manifest.outputs).toContainEqual(
      expect.objectContaining({
        key: `${PREFIX}thumb_small.jpg`,
        contentType: 'image/jpeg',
        width: 150,
        height: 100,
      }),
    );
    expect(manifest.tools).toEqual({ sharp: expect.any(String), libvips: expect.any(String) });
  });

  test('makes AVIF where ENABLE_AVIF says so', async () => {
    const { run, objects } = setup(await quarters().png().toBuffer(), { ENABLE_AVIF: 'true' });
    await run();
    expect(objects.has(`${PREFIX}avif.avif`)).toBe(true);
  });

  test('rejects HEIC where ENABLE_HEIC is off', async () => {
    const { run } = setup(heic([hevc('quarters')]), { ENABLE_HEIC: 'false' });
    await expect(run()).rejects.toMatchObject({ name: 'UnsupportedMediaType' });
  });

  test('gives the same manifest, byte for byte, for the same upload', async () => {
    const source = await quarters().png().toBuffer();
    const [first, second] = [setup(source), setup(source)];
    await Promise.all([first.run(), second.run()]);
    const manifest = `${PREFIX}manifest.json`;
    expect(first.objects.get(manifest)).toEqual(second.objects.get(manifest));
  });

  test('publishes nothing of a broken upload', async () => {
    const { run, objects } = setup((await quarters().png().toBuffer()).subarray(0, 300));
    await expect(run()).rejects.toMatchObject({ name: 'CorruptMedia' });
    expect(objects.size).toBe(0);
  });

  test('applies the limits of its configuration', async () => {
    const { run } = setup(await quarters().png().toBuffer(), { MAX_IMAGE_PIXELS: '1000' });
    await expect(run()).rejects.toMatchObject({ name: 'TooManyPixels' });
  });

  test.each([
    ['a picture', () => quarters().png().toBuffer()],
    ['no picture', async () => Buffer.from('no picture')],
  ])('leaves no file behind of %s', async (_label, source) => {
    const { run, files } = setup(await source());
    await run().catch(() => undefined);
    expect(files).toHaveLength(1);
    expect(files.filter((file) => existsSync(dirname(file)))).toEqual([]);
  });
});
