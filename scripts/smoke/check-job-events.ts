import { setTimeout as sleep } from 'node:timers/promises';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { JOB_EVENTS } from '../../contract/job-events.ts';
import { JOB_EVENT_TYPES, type JobEventType } from '../../contract/lists.ts';
import { takeLetter } from './check-dead-letter.ts';
import type { Deployment } from './deployment.ts';
import type { JobEventSubscription } from './job-events.ts';
import { type Row, rowsOf } from './pipeline.ts';
import { expectThat, type Report } from './report.ts';

const PATIENCE_MILLISECONDS = 120_000;
const LAG_MILLISECONDS = 30_000;

/**
 * Adds the two outcomes that no upload has in a healthy deployment: a deleted object ends
 * CANCELLED, a missing bucket FAILED. Then checks that one event of each type has reached the
 * subscriber, and that both jobs have ended.
 */
export async function checkJobEvents(
  deployment: Deployment,
  report: Report,
  { tenant, events }: { tenant: string; events: JobEventSubscription },
): Promise<void> {
  const { media_bucket: bucket } = deployment.outputs;
  const failing = await startWith(deployment, tenant, `${bucket}-missing`);
  const cancelled = await startWith(deployment, tenant, bucket);
  const received = await events.collect(JOB_EVENT_TYPES, PATIENCE_MILLISECONDS);
  for (const type of JOB_EVENT_TYPES)
    await report.check(`"${type}" reaches a subscriber and matches its schema`, () => {
      const event = received.find((one) => one['detail-type'] === type);
      expectThat(event, `none arrived; got: ${received.map((one) => one['detail-type']).join(', ')}`);
      const { error } = JOB_EVENTS[type satisfies JobEventType].safeParse(event.detail);
      expectThat(!error, `${error?.message} in ${JSON.stringify(event.detail)}`);
    });
  await report.check(
    'a failed and a cancelled job reach their end, the failed one with a dead letter',
    async () => {
      await expectEnd(deployment, tenant, { key: failing.key, status: 'FAILED' });
      await expectEnd(deployment, tenant, { key: cancelled.key, status: 'CANCELLED' });
      const letters = await takeLetter(deployment, failing.executionArn);
      const wrong = letters.filter(({ executionArn }) => executionArn === cancelled.executionArn);
      expectThat(wrong.length === 0, 'the cancelled job left a dead letter');
    },
  );
}

/** Waits for a job's row, whose index may lag behind. Throws if it does not get the status. */
async function expectEnd(
  deployment: Deployment,
  tenant: string,
  { key, status }: Pick<Row, 'key' | 'status'>,
): Promise<void> {
  for (const deadline = Date.now() + LAG_MILLISECONDS; ; await sleep(500)) {
    const row = (await rowsOf(deployment, tenant)).find((one) => one.key === key);
    if (row?.status === status) return;
    expectThat(Date.now() < deadline, `${key}: expected ${status}, got ${row?.status ?? 'no job'}`);
  }
}

/** Starts an execution with the event of an upload that is not in the bucket. */
async function startWith(
  { executions, outputs }: Deployment,
  tenant: string,
  bucket: string,
): Promise<{ key: string; executionArn: string }> {
  const key = `tenants/${tenant}/users/smoke/media/missing-${bucket.length}.png`;
  const object = { key, size: 1, etag: 'd41d8cd98f00b204e9800998ecf8427e', sequencer: '0A' };
  const event = {
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: bucket }, object },
  };
  const command = new StartExecutionCommand({
    stateMachineArn: outputs.state_machine_arn,
    name: `${tenant}-${bucket.length}`,
    input: JSON.stringify(event),
  });
  const { executionArn = '' } = await executions.send(command);
  return { key, executionArn };
}
