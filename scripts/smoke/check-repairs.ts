import { InvokeCommand } from '@aws-sdk/client-lambda';
import { executionName } from '../../core/aws/executions.ts';
import { JobStore } from '../../core/jobs/job-store.ts';
import { TaskSlots } from '../../core/jobs/task-slots.ts';
import type { Reconciliation } from '../../lambdas/reconcile-jobs/reconcile-jobs.ts';
import type { Deployment } from './deployment.ts';
import type { Row } from './pipeline.ts';
import { expectThat, type Report } from './report.ts';

/**
 * Checks the functions that only act after a failure, invoked as their schedule and their event
 * would, with a simulated failure.
 */
export async function checkRepairs(
  deployment: Deployment,
  report: Report,
  { tenant, jobs }: { tenant: string; jobs: readonly Row[] },
): Promise<void> {
  const { outputs, rows } = deployment;
  const slots = new TaskSlots(rows, outputs.job_table);
  const video = await executionOf(
    deployment,
    jobs.find(({ kind, status }) => kind === 'VIDEO' && status === 'COMPLETED'),
  );
  await report.check('finished tasks released their slots', async () => {
    expectThat(video, 'no video was completed');
    const taken = await slots.read('VIDEO');
    expectThat(taken, 'no video ever took a slot');
    expectThat(!taken.holders.some(({ name }) => name === video), `${video} still holds one`);
  });
  await report.check('reconcile-jobs finds only the slot that was never released', async () => {
    expectThat(video, 'no video was completed');
    const slot = { id: 'slots#VIDEO', tenant: `tenant#${tenant}`, limit: 1, share: 1 };
    await slots.hold(slot, video);
    const { repairs } = await invoke<Reconciliation>(deployment, outputs.reconcile_jobs_function, {});
    expectThat(!repairs.failed, `it could not repair ${repairs.failed} jobs`);
    expectThat((repairs.released ?? 0) > 0, `it released no slot: ${JSON.stringify(repairs)}`);
    const held = (await slots.read('VIDEO'))?.holders.some(({ name }) => name === video);
    expectThat(!held, 'the slot is still held');
  });
  await report.check(
    'report-stopped-task accepts an event from ECS, and ignores a task whose token is no longer valid',
    async () => {
      const environment = [{ name: 'TASK_TOKEN', value: 'smoke' }];
      const detail = {
        taskArn: 'arn:aws:ecs:smoke',
        lastStatus: 'STOPPED',
        stopCode: 'EssentialContainerExited',
        containers: [{ name: 'transcode-video', exitCode: 137 }],
        overrides: { containerOverrides: [{ name: 'transcode-video', environment }] },
      };
      await invoke(deployment, outputs.report_stopped_task_function, { detail });
    },
  );
}

/** Returns the job's execution, which the list of jobs does not include. */
async function executionOf({ rows, outputs }: Deployment, job: Row | undefined): Promise<string | undefined> {
  const row = job && (await new JobStore(rows, outputs.job_table).get(job.jobId));
  return row && executionName(row.executionArn);
}

async function invoke<Answer>(
  { functions }: Deployment,
  FunctionName: string,
  event: object,
): Promise<Answer> {
  const { Payload, FunctionError } = await functions.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
  );
  const answer = Payload?.transformToString() ?? '';
  expectThat(!FunctionError, `${FunctionName} failed: ${answer.slice(0, 300)}`);
  return JSON.parse(answer || 'null') as Answer;
}
