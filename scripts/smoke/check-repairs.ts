import { InvokeCommand } from '@aws-sdk/client-lambda';
import { executionName } from '../../core/aws/executions.ts';
import { JobStore } from '../../core/jobs/job-store.ts';
import type { Member } from '../../core/queue/queue-items.ts';
import { QueueStore } from '../../core/queue/queue-store.ts';
import type { Reconciliation } from '../../lambdas/reconcile-jobs/reconcile-jobs.ts';
import type { Deployment } from './deployment.ts';
import type { Row } from './pipeline.ts';
import { expectThat, type Report } from './report.ts';

const QUEUE = 'TranscodeVideo';
/** Number of a slot beyond every limit, which is given to no other job. */
const NOBODYS = 9999;
/**
 * Age of that slot in milliseconds: old enough for reconcile-queues to look at it, and short enough to
 * be no odd value in the mean time for which slots are held.
 */
const AGE = 2 * 60_000;

/**
 * Checks the functions that only act after a failure, invoked as their schedule and their event
 * would, with a simulated failure.
 */
export async function checkRepairs(
  deployment: Deployment,
  report: Report,
  { jobs }: { jobs: readonly Row[] },
): Promise<void> {
  const { outputs, rows } = deployment;
  const store = new QueueStore(rows, outputs.queue_table);
  const video = await memberOf(
    deployment,
    jobs.find(({ kind, status }) => kind === 'VIDEO' && status === 'COMPLETED'),
  );
  const hasSlot = async () => (await store.read(QUEUE)).slots.some(({ name }) => name === video?.name);
  await report.check('finished tasks have no slot', async () => {
    expectThat(video, 'no video was completed');
    expectThat((await store.read(QUEUE)).policy, 'no video ever asked for a slot');
    expectThat(!(await hasSlot()), `${video.name} still has one`);
  });
  await report.check('reconcile-queues gives back the slot of an execution that has ended', async () => {
    expectThat(video, 'no video was completed');
    const at = new Date(Date.now() - AGE).toISOString();
    const isGiven = await store.give(QUEUE, NOBODYS, video, { from: undefined, at });
    expectThat(isGiven, `slot ${NOBODYS} is taken`);
    await invoke(deployment, outputs.reconcile_queues_function, {});
    // Its schedule may have been first, so what it counts says nothing.
    expectThat(!(await hasSlot()), 'the execution still has the slot');
  });
  await report.check('reconcile-jobs repairs what it finds', async () => {
    const { repairs } = await invoke<Reconciliation>(deployment, outputs.reconcile_jobs_function, {});
    expectThat(!repairs.failed, `it could not repair ${repairs.failed} jobs`);
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

/** Returns the job with the name of its execution, which the list of jobs does not include. */
async function memberOf({ rows, outputs }: Deployment, job: Row | undefined): Promise<Member | undefined> {
  const row = job && (await new JobStore(rows, outputs.job_table).get(job.jobId));
  if (!row?.tenantId) return undefined;
  return { name: executionName(row.executionArn), jobId: row.jobId, tenantId: row.tenantId };
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
