import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { BackfillTotals } from '../../core/lifecycle/backfill-reports.ts';
import type { Deployment } from './deployment.ts';
import type { Row } from './pipeline.ts';
import { expectThat, type Report, SkippedCheck } from './report.ts';

/** The longest that a backfill of a few keys may take, in milliseconds. */
const PATIENCE = 180_000;

/**
 * Checks, by a dry run, that a backfill would start nothing: neither what has a job, nor a completed
 * upload whose job row has expired. That row is taken away and put back.
 */
export async function checkBackfill(
  deployment: Deployment,
  report: Report,
  { tenant, jobs }: { tenant: string; jobs: readonly Row[] },
): Promise<void> {
  await report.check('a backfill leaves alone what has a job', async () => {
    await expectDryRun(deployment, tenant, { 'has-job': jobs.length });
  });
  await report.check('a backfill leaves alone what was processed before', async () => {
    const { rows, outputs } = deployment;
    const completed = jobs.find(({ kind, status }) => kind === 'IMAGE' && status === 'COMPLETED');
    expectThat(completed, 'no image was completed');
    const place = { TableName: outputs.job_table, Key: { jobId: completed.jobId } };
    const { Item } = await rows.send(new GetCommand({ ...place, ConsistentRead: true }));
    if (!Item?.etag) throw new SkippedCheck("the emulator's S3 events carry no ETag");
    await rows.send(new DeleteCommand(place));
    try {
      await expectDryRun(deployment, tenant, { processed: 1, 'has-job': jobs.length - 1 });
    } finally {
      await rows.send(new PutCommand({ TableName: outputs.job_table, Item }));
    }
  });
}

/** Expects these outcomes of a tenant's uploads, and no others. */
async function expectDryRun(
  deployment: Deployment,
  tenant: string,
  expected: Partial<BackfillTotals['counts']>,
): Promise<void> {
  const { counts } = await dryRun(deployment, `tenants/${tenant}/`);
  for (const [outcome, count] of Object.entries(counts))
    expectThat(
      count === (expected[outcome as keyof typeof counts] ?? 0),
      `expected ${JSON.stringify(expected)}, got ${JSON.stringify(counts)}`,
    );
}

async function dryRun({ executions, outputs }: Deployment, prefix: string): Promise<BackfillTotals> {
  const { executionArn } = await executions.send(
    new StartExecutionCommand({
      stateMachineArn: outputs.backfill_state_machine_arn,
      name: `smoke-${randomBytes(8).toString('hex')}`,
      input: JSON.stringify({ prefix, dryRun: true }),
    }),
  );
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await sleep(1000)) {
    const { status, output, error, cause } = await executions.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    if (status === 'SUCCEEDED') return JSON.parse(output ?? '{}') as BackfillTotals;
    expectThat(status === 'RUNNING', `the backfill is ${status}: ${error}: ${cause}`);
  }
  throw new Error(`The backfill ${executionArn} did not end within ${PATIENCE / 1000} s`);
}
