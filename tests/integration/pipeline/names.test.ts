import { afterAll, beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { loadFunctions } from '../../../local/product.ts';
import { type Pipeline, startPipeline, uploadKey } from '../../support/pipeline.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline({
    functions: (environment) => loadFunctions({ ...environment, EXTENSION_MISMATCH: 'refuse' }),
  });
});
afterAll(() => pipeline?.stop());

test('EXTENSION_MISMATCH=refuse rejects an image that is named as another type of image', async () => {
  const image = sharp({ create: { width: 300, height: 200, channels: 3, background: '#2a6' } });
  const [misnamed, named] = [uploadKey('shot.jpg'), uploadKey('shot.png')];
  const content = await image.png().toBuffer();
  await pipeline.upload(misnamed, content);
  await pipeline.upload(named, content);
  expect(await pipeline.ended(misnamed)).toMatchObject({
    status: 'REJECTED',
    error: {
      name: 'MediaTypeMismatch',
      message: 'Expected JPEG content in a .jpg file; its content is PNG (usually .png).',
    },
  });
  expect(await pipeline.ended(named)).toMatchObject({ status: 'COMPLETED' });
});
