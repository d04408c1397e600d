import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { UploadLedger } from '../../../core/uploads/upload-ledger.ts';
import { RESOURCES } from '../../../local/resources.ts';
import { type Pipeline, startPipeline, uploadKey } from '../../support/pipeline.ts';
import { smallPng } from '../../support/small-png.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(() => pipeline?.stop());

const outputsOf = async (stem: string) =>
  (await pipeline.outputs()).filter((key) => key.includes(`/${stem}_`));
const deleteVersion = (Key: string, VersionId: string | undefined) =>
  pipeline.s3.send(new DeleteObjectCommand({ Bucket: RESOURCES.mediaBucket, Key, VersionId }));
const removals = () => pipeline.invocations.filter((name) => name === 'remove-outputs').length;

/** Waits until remove-outputs has heard of one more deletion. */
async function heard(deletion: () => Promise<unknown>): Promise<void> {
  const before = removals();
  await deletion();
  await pipeline.until('the deletion to be heard of', async () => removals() > before);
  await pipeline.cloud.events.settled();
}

test('outputs go with the version that they were made of, not with an older one', async () => {
  const key = uploadKey('versions.png');
  const first = await pipeline.upload(key, await smallPng('red'));
  expect(await pipeline.ended(key)).toMatchObject({ status: 'COMPLETED', versionId: first.VersionId });
  const second = await pipeline.upload(key, await smallPng('blue'));
  await pipeline.until(
    'the second job',
    async () =>
      (await pipeline.jobs()).filter((job) => job.key === key).at(-1)?.versionId === second.VersionId,
  );
  expect(await pipeline.ended(key)).toMatchObject({ status: 'COMPLETED', versionId: second.VersionId });
  const outputs = await outputsOf('versions');
  expect(outputs).not.toEqual([]);

  await heard(() => deleteVersion(key, first.VersionId));
  expect(await outputsOf('versions')).toEqual(outputs);

  await heard(() => deleteVersion(key, second.VersionId));
  expect(await outputsOf('versions')).toEqual([]);
});

test('a marker that goes brings the upload back, and its outputs', async () => {
  const key = uploadKey('undeleted.png');
  await pipeline.upload(key, await smallPng('red'));
  await pipeline.ended(key);
  let marker: string | undefined;
  await heard(async () => {
    marker = (await pipeline.remove(key)).VersionId;
  });
  expect(await outputsOf('undeleted')).toEqual([]);
  const entry = () =>
    new UploadLedger(pipeline.table, RESOURCES.jobTable).get({ bucket: RESOURCES.mediaBucket, key });
  expect(await entry()).toMatchObject({ deleted: true, expiresAt: expect.any(Number) });
  await heard(() => deleteVersion(key, marker));
  await pipeline.until('outputs', async () => (await outputsOf('undeleted')).length > 0);
  expect(await pipeline.ended(key)).toMatchObject({ status: 'COMPLETED', attempt: 2 });
  expect(await entry()).not.toHaveProperty('expiresAt');
});
