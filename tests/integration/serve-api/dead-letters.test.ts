import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MediaError } from '../../../base/errors.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { PIXEL, standInWorker } from '../../support/stand-in-worker.ts';

let api: JobApi;
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));
beforeAll(async () => {
  api = await startApi({ work: worker.work });
});
afterAll(() => api?.stop());
beforeEach(async () => {
  await api.deadLetters();
});

async function failed(prefix: string, count: number, error?: MediaError) {
  worker.fail(prefix, error);
  const keys = Array.from({ length: count }, (_, i) => uploadKey(`${prefix}-${i}.png`));
  await Promise.all(keys.map((key) => api.upload(key, PIXEL)));
  return Promise.all(keys.map((key) => api.ended(key)));
}

/** Deletes the rows, so that the letters of these jobs can never be redriven. */
const forget = (jobs: { jobId: string }[]) =>
  Promise.all(
    jobs.map(({ jobId }) =>
      api.table.send(new DeleteCommand({ TableName: api.deps.config.JOB_TABLE, Key: { jobId } })),
    ),
  );
const redrive = (body: object = {}) =>
  api.call('POST', '/api/media/jobs/redrive', {
    body: { source: 'dead-letters', ratePerSecond: 50, ...body },
    as: 'operator',
  });
const discard = (body: object, as = 'operator') =>
  api.call('POST', '/api/media/dead-letters/discard', { body, as });
const outcomes = ({ results }: { results: { outcome: string }[] }) =>
  Object.fromEntries(
    [...Map.groupBy(results, ({ outcome }) => outcome)].map(([outcome, some]) => [outcome, some.length]),
  );

describe('discard', () => {
  const archived = async (key: string) => JSON.parse((await api.output(key)).toString());

  test('archives the letter of one job, then deletes it, and leaves the others', async () => {
    const [job, other] = await failed('single', 2);
    const dry = await discard({ jobId: job?.jobId, dryRun: true });
    expect(dry.body).toMatchObject({
      dryRun: true,
      discarded: [{ jobId: job?.jobId, attempt: 1, errorName: 'AccessDenied' }],
      deadLetters: { waiting: 2, held: 0 },
    });
    const before = await api.outputs();
    expect(before.filter((key) => key.includes(job?.jobId ?? ''))).toEqual([]);
    const { status, body } = await discard({ jobId: job?.jobId });
    expect(status).toBe(200);
    expect(body).toMatchObject({ dryRun: false, deadLetters: { waiting: 1, held: 0 } });
    const [{ archiveKey }] = body.discarded;
    expect(archiveKey).toMatch(new RegExp(`^dead-letters/${job?.jobId}/[0-9a-f-]{36}\\.json$`));
    const copy = await archived(archiveKey);
    expect(copy).toMatchObject({ discardedBy: 'operator', discardedAt: expect.any(String) });
    expect(JSON.parse(copy.message)).toMatchObject({ jobId: job?.jobId, error: { name: 'AccessDenied' } });
    expect((await api.deadLetters()).map(({ jobId }) => jobId)).toEqual([other?.jobId]);
  });

  test('takes all letters of one error, also those of executions without a job', async () => {
    const error = new MediaError('MissingResource', 'Expected the bucket to exist.');
    await failed('denied', 1);
    const [letter] = await api.deadLetters();
    await failed('missing', 3, error);
    const QueueUrl = api.deps.config.DEAD_LETTER_QUEUE_URL;
    const manual = {
      ...letter,
      jobId: null,
      source: null,
      error: { ...letter?.error, name: 'MissingResource' },
    };
    const message = { MessageGroupId: 'manual', MessageDeduplicationId: 'manual' };
    await api.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(manual), ...message }));
    const { body } = await discard({ errorName: 'MissingResource' });
    expect(body.discarded).toHaveLength(4);
    expect(body.discarded.find(({ jobId }: { jobId: null }) => jobId === null).archiveKey).toMatch(
      /^dead-letters\/no-job\//,
    );
    expect(body.deadLetters).toEqual({ waiting: 0, held: 0 });
  });

  test('takes messages that are no dead letters', async () => {
    const QueueUrl = api.deps.config.DEAD_LETTER_QUEUE_URL;
    const message = { MessageBody: '{"version":99}', MessageGroupId: 'x', MessageDeduplicationId: 'x' };
    await api.sqs.send(new SendMessageCommand({ QueueUrl, ...message }));
    expect(api.contract.take()).toHaveLength(1);
    const { body } = await discard({ unreadable: true });
    expect((await archived(body.discarded[0].archiveKey)).message).toBe('{"version":99}');
    expect(body.deadLetters).toEqual({ waiting: 0, held: 0 });
  });

  test.each([
    ['everything', {}, 'operator', 400],
    ['two selections at once', { errorName: 'X', unreadable: true }, 'operator', 400],
    ['for a tenant', { errorName: 'X' }, 'acme/ann', 403],
  ])('refuses %s', async (_what, body, as, status) => {
    expect((await discard(body, as)).status).toBe(status);
  });
});

// Last, since what they hide stays hidden for minutes.
describe('letters that cannot be redriven', () => {
  test('do not stand in the way: of 30 such and 5 others, one call redrives the 5', async () => {
    const hopeless = await failed('hopeless', 30);
    const others = await failed('mendable', 5);
    await forget(hopeless);
    worker.mend('mendable');
    const dry = await redrive({ dryRun: true });
    expect(outcomes(dry.body)).toEqual({ refused: 30, redriven: 5 });
    expect(dry.body.deadLetters).toEqual({ waiting: 35, held: 0 });
    const { status, body } = await redrive();
    expect(status).toBe(200);
    expect(outcomes(body)).toEqual({ refused: 30, redriven: 5 });
    const reasons = new Set(
      body.results
        .filter(({ outcome }: { outcome: string }) => outcome === 'refused')
        .map(({ reason }: { reason: string }) => reason),
    );
    expect(reasons).toEqual(new Set(['The job row no longer exists.']));
    for (const { key } of others)
      expect(await api.ended(key)).toMatchObject({ status: 'COMPLETED', attempt: 2 });
    // Hidden now, so that the next call does not begin with them again.
    expect(body.deadLetters).toEqual({ waiting: 0, held: 30 });
    expect((await redrive()).body).toMatchObject({ results: [], deadLetters: { waiting: 0, held: 30 } });
  });

  test('leave room for no more jobs than the limit', async () => {
    await forget(await failed('lost', 3));
    await failed('limited', 4);
    worker.mend('limited');
    expect(outcomes((await redrive({ limit: 2 })).body)).toEqual({ refused: 3, redriven: 2 });
    expect(outcomes((await redrive({ limit: 2 })).body)).toEqual({ redriven: 2 });
  });
});

test('discard deletes nothing that it could not archive', async () => {
  const before = (await api.deps.deadLetters.counts()).held;
  const [job] = await failed('kept', 1);
  api.cloud.faults.add({
    service: 's3',
    action: 'PutObject',
    when: ({ key }) => key.startsWith('dead-letters/'),
    times: 10,
    fault: 'deny',
  });
  expect((await discard({ jobId: job?.jobId })).status).toBe(500);
  api.cloud.faults.clear();
  const { waiting, held } = await api.deps.deadLetters.counts();
  expect(waiting + held).toBe(before + 1);
});
