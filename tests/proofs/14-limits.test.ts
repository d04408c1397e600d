import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { MediaError } from '../../base/errors.ts';
import type { Job } from '../../core/jobs/job.ts';
import { RESOURCES } from '../../local/resources.ts';
import { type JobApi, startApi } from '../support/job-api.ts';
import { setup } from '../support/local-cloud.ts';
import { history, run } from '../support/machines.ts';
import { uploadKey } from '../support/pipeline.ts';
import { proofSize, reportProof } from '../support/proof-size.ts';
import { settled } from '../support/settled-cloud.ts';
import { PIXEL, standInWorker } from '../support/stand-in-worker.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const HISTORY_EVENTS = 25_000;
/** How many of them a job makes; the others are made up. */
const MADE = proofSize(1000);
const TOO_LARGE = 300 * 1024;

/** The product's state machine with no limit to the retries of one state, which makes its history as long as can be. */
async function withEndlessRetries(): Promise<string> {
  const file = new URL(`../../state-machines/${RESOURCES.stateMachine}.asl.json`, import.meta.url);
  const definition = JSON.parse(await readFile(file, 'utf8'));
  const [retry] = definition.States.ProcessImage.Retry;
  Object.assign(retry, { MaxAttempts: 99_999_999, IntervalSeconds: 1, MaxDelaySeconds: 2 });
  return JSON.stringify(definition);
}

let api: JobApi;
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));
/** What the worker's result says besides, by part of the key. */
const degraded = new Map<string, string[]>();
/** Worker that gives up before it has done anything. */
let unavailable = '';
beforeAll(async () => {
  api = await startApi(
    {
      work: async (order) => {
        if (unavailable && order.key.includes(unavailable))
          throw new MediaError('ServiceUnavailable', 'Try again.');
        const result = await worker.work(order);
        const more = [...degraded].find(([part]) => order.key.includes(part))?.[1];
        return { ...result, degraded: more ?? result.degraded };
      },
    },
    { stateMachines: { [RESOURCES.stateMachine]: await withEndlessRetries() }, timeScale: 0.0001 },
  );
});
afterAll(() => api?.stop());
afterEach(() => {
  degraded.clear();
  unavailable = '';
});

async function processed(file: string): Promise<Job> {
  await api.upload(uploadKey(file), PIXEL);
  return api.ended(uploadKey(file));
}

/** The job has failed cleanly: one dead letter, no outputs, and a retry by the API completes it once it is mended. */
async function expectCleanFailure(job: Job, name: string, mode: string): Promise<void> {
  expect(job).toMatchObject({ status: 'FAILED', attempt: 1, error: { name } });
  expect(job.error?.advice).toMatch(/\w/);
  await settled(api.cloud);
  const letters = await api.deadLetters();
  expect(letters).toEqual([expect.objectContaining({ jobId: job.jobId, attempt: 1, error: job.error })]);
  expect(JSON.stringify([job, letters]).length).toBeLessThan(32 * 1024);
  expect((await api.outputs()).filter((key) => key.includes(`/${job.stem}_`))).toEqual([]);
  degraded.clear();
  unavailable = '';
  worker.mend(job.stem ?? '');
  expect(await api.call('POST', `/api/media/jobs/${job.jobId}`)).toMatchObject({
    status: 202,
    body: { mode },
  });
  await settled(api.cloud);
  expect(await api.deps.jobs.get(job.jobId)).toMatchObject({ status: 'COMPLETED', attempt: 2 });
}

describe('a job that exceeds a limit of Step Functions fails, with one dead letter, and does not hang', () => {
  test('the result of a state has 300 KiB', async () => {
    degraded.set('large-result', ['x'.repeat(TOO_LARGE)]);
    const job = await processed('large-result.png');
    await expectCleanFailure(job, 'States.DataLimitExceeded', 'redrive');
  });

  test('the message of an error has 300 KiB', async () => {
    worker.fail('large-error', new MediaError('AccessDenied', 'x'.repeat(TOO_LARGE)));
    const job = await processed('large-error.png');
    await expectCleanFailure(job, 'AccessDenied', 'redrive');
  });

  test('the history has 25,000 events: it cannot be redriven, and is restarted', async () => {
    unavailable = 'long-history';
    await api.upload(uploadKey('long-history.png'), PIXEL);
    const { states } = api.cloud;
    const execution = await api.until('the execution', async () =>
      [...states.executions.keys()]
        .map((arn) => states.find(arn))
        .find(({ input }) => input.includes('long-history')),
    );
    for (let i = MADE; i < HISTORY_EVENTS; i++)
      states.histories.append(execution, { type: 'TaskScheduled', state: 'ProcessImage' });
    const job = await api.ended(uploadKey('long-history.png'));
    const { events } = states.find(execution.arn);
    reportProof(14, { events, made: MADE });
    expect(events).toBe(HISTORY_EVENTS);
    await expectCleanFailure(job, 'States.Runtime', 'restart');
  }, 3_600_000);
});

test('an execution that goes around in circles ends when its history is full, and cannot be redriven', async () => {
  const again = {
    Type: 'Choice',
    Choices: [{ Variable: '$.end', IsPresent: true, Next: 'End' }],
    Default: 'Again',
  };
  const round = { StartAt: 'Again', States: { Again: again, End: { Type: 'Succeed' } } };
  const subject = await setup({ stateMachines: { round } });
  const result = await run(subject.clients.sfn, 'round');
  expect(result).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    redriveStatus: 'NOT_REDRIVABLE',
  });
  expect(result.cause).toContain(String(HISTORY_EVENTS));
  const [last] = await history(subject.clients.sfn, result.executionArn, {
    reverseOrder: true,
    maxResults: 1,
  });
  expect(last).toMatchObject({ id: HISTORY_EVENTS, type: 'ExecutionFailed' });
  await subject.end();
});
