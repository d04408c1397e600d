import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { ObjectStore } from '../../../core/aws/object-store.ts';
import { ObjectVersions } from '../../../core/aws/object-versions.ts';
import { IntermediateFiles } from '../../../core/outputs/intermediate-files.ts';
import { LOCAL_CLIENT } from '../../../local/endpoints.ts';
import { RESOURCES } from '../../../local/resources.ts';
import { KIND_COUNT, oneOfEachKind } from '../one-of-each-kind.ts';
import { type Pipeline, uploadKey } from '../pipeline.ts';

/**
 * Passes on files as the tasks of a film do, with the access key of transcode-video: a film long enough
 * to be split would take minutes.
 */
export async function passOnFiles({ cloud }: Pipeline): Promise<void> {
  const credentials = { accessKeyId: 'transcode-video', secretAccessKey: 'local' };
  const s3 = new S3Client({
    ...LOCAL_CLIENT,
    credentials,
    endpoint: cloud.urls.storage,
    forcePathStyle: true,
  });
  const stores = {
    objects: new ObjectStore(s3),
    versions: new ObjectVersions(s3),
    outputBucket: RESOURCES.outputBucket,
  };
  const files = new IntermediateFiles(stores, { jobId: 'job_film', executionArn: 'arn:film' });
  const directory = await mkdtemp(join(tmpdir(), 'film-'));
  await files.read('plan.json');
  await files.write('plan.json', Buffer.from('{}'));
  await files.read('plan.json');
  await files.download('plan.json', join(directory, 'plan.json'));
  await files.removeAll();
  await rm(directory, { recursive: true });
}

/** A video whose manifest may not be written: its task withdraws the outputs that it has published. */
export async function withdrawn(pipeline: Pipeline): Promise<void> {
  const clip = (await oneOfEachKind(KIND_COUNT, 9)).find(({ file }) => file === 'clip.mp4');
  const key = uploadKey('withdrawn.mp4');
  const { remove } = pipeline.cloud.faults.add({
    ...{ service: 's3', action: 'PutObject', times: 100, fault: 'deny' },
    when: (call) => call.key.endsWith('/withdrawn_manifest.json'),
  });
  await pipeline.upload(key, clip?.content ?? '');
  const { status } = await pipeline.ended(key);
  remove();
  if (status !== 'FAILED') throw new Error(`Expected ${key} FAILED, got ${status}`);
}
