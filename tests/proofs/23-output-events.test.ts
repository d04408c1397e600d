import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RESOURCES } from '../../local/resources.ts';
import { holdS3Events } from '../support/held-events.ts';
import { type JobApi, startApi } from '../support/job-api.ts';
import { oneOfEachKind } from '../support/one-of-each-kind.ts';
import { uploadKey } from '../support/pipeline.ts';
import { proofSize, reportProof } from '../support/proof-size.ts';
import { settled } from '../support/settled-cloud.ts';

/** Kinds of media, the quick ones first. */
const UPLOADS = proofSize(4);

let api: JobApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.stop());

test(`every event of every output of ${UPLOADS} kinds of media comes twice, by the bus and by the API: nothing starts`, async () => {
  const held = holdS3Events(api.cloud);
  const samples = await oneOfEachKind(UPLOADS);
  await Promise.all(samples.map(({ file, content }) => api.upload(uploadKey(file), content)));
  for (const upload of held.take(RESOURCES.mediaBucket)) held.deliver(upload);
  await settled(api.cloud);
  // The removal of outputs makes events, too.
  await api.remove(uploadKey('picture.png'));
  for (const removal of held.take(RESOURCES.mediaBucket)) held.deliver(removal);
  await settled(api.cloud);
  const jobs = await api.jobs();
  expect(jobs.map(({ key, status }) => [key, status])).toEqual(jobs.map(({ key }) => [key, 'COMPLETED']));
  expect(jobs).toHaveLength(samples.length);

  // What S3 itself sends for each write and deletion in the output bucket, intermediate files included.
  const events = held.take(RESOURCES.outputBucket);
  const types = new Set(events.map(({ detailType }) => detailType));
  const before = { outputs: (await api.outputs()).sort(), executions: (await api.executions()).length };
  for (const event of [...events, ...events]) held.deliver(event);
  await settled(api.cloud);
  const records = events
    .filter(({ detailType }) => detailType === 'Object Created')
    .map(({ detail }) => ({ eventName: 'ObjectCreated:Put', s3: detail }));
  const { body } = await api.call('POST', '/api/media/process-s3-event', {
    body: { Records: records.slice(0, 100) },
    as: 'operator',
  });
  await settled(api.cloud);

  reportProof(23, { events: events.length, outputs: before.outputs.length, samples: samples.length });
  expect([...types].sort()).toEqual(['Object Created', 'Object Deleted']);
  expect(events.length).toBeGreaterThan(before.outputs.length);
  const outcomes = (body.results as { outcome: string }[]).map(({ outcome }) => outcome);
  expect(new Set(outcomes)).toEqual(new Set(['refused']));
  expect((await api.executions()).length).toBe(before.executions);
  expect((await api.outputs()).sort()).toEqual(before.outputs);
  expect(await api.jobs()).toEqual(jobs);
}, 600_000);
