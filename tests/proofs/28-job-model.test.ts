import { readFile } from 'node:fs/promises';
import { ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Job, jobIdOf, TRANSITIONS } from '../../core/jobs/job.ts';
import { JobQueries } from '../../core/jobs/job-queries.ts';
import { JobStore } from '../../core/jobs/job-store.ts';
import { beginRetry } from '../../core/lifecycle/begin-retry.ts';
import { cancelJob } from '../../core/lifecycle/cancel-job.ts';
import { StemClaims } from '../../core/uploads/stem-claims.ts';
import { parseUploadEvent, uploadEvent } from '../../core/uploads/upload-event.ts';
import { UploadLedger } from '../../core/uploads/upload-ledger.ts';
import { admitUpload } from '../../lambdas/admit-upload/admit-upload.ts';
import { reconcileJobs } from '../../lambdas/reconcile-jobs/reconcile-jobs.ts';
import { recordOutcome } from '../../lambdas/record-outcome/record-outcome.ts';
import { removeOutputs } from '../../lambdas/remove-outputs/remove-outputs.ts';
import { startJobTable, TABLE } from '../support/job-table.ts';
import { type ModelExecution, modelExecutions } from '../support/model-executions.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { PIXEL } from '../support/stand-in-worker.ts';

const STEPS = proofSize(500);
const SEED = proofSeed();
/** After so many steps everything comes to rest, is looked at, and begins anew. */
const REST = 50;
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:media-pipeline';

// biome-ignore lint/suspicious/noExplicitAny: fakes give what is asked of them here, no more.
type AnyDeps = any;

let table: Awaited<ReturnType<typeof startJobTable>>;
let completeJob: { condition: string; update: string; names: Record<string, string> };
beforeAll(async () => {
  table = await startJobTable();
  const text = await readFile(
    new URL('../../state-machines/media-pipeline.asl.json', import.meta.url),
    'utf8',
  );
  const { ConditionExpression, UpdateExpression, ExpressionAttributeNames } =
    JSON.parse(text).States.CompleteJob.Parameters;
  completeJob = { condition: ConditionExpression, update: UpdateExpression, names: ExpressionAttributeNames };
});
afterAll(() => table?.stop());

describe('jobs under any order of events, calls and crashes', () => {
  test(`take only legal steps, and all come to one end, over ${STEPS} steps from seed ${SEED}`, async () => {
    const { below: chance } = seededRandom(SEED);
    const counts: Record<string, number> = {};
    for (let step = 0; step < STEPS; step += REST) {
      await table.clear();
      const world = model(chance);
      for (let i = step; i < step + REST; i++) {
        const done = await world.step();
        for (const name of done) counts[name] = (counts[name] ?? 0) + 1;
        await world.check(`step ${i}: ${done.join(' and ')}`);
      }
      await world.rest();
      await world.check(`rest after step ${step + REST}`);
    }
    reportProof(28, counts);
  }, 3_600_000);
});

function model(chance: (n: number) => number) {
  let clock = Date.parse('2026-01-01T00:00:00Z');
  const now = () => {
    clock += 7;
    return new Date(clock);
  };
  const jobs = new JobStore(table.table, TABLE);
  const ledger = new UploadLedger(table.table, TABLE);
  const stems = new StemClaims(table.table, TABLE);
  const sfn = modelExecutions(now);
  const letters = new Map<string, number>();
  const seen = new Map<string, Job>();
  const objects = {
    readRange: async () => ({ found: PIXEL, size: PIXEL.length }),
    list: async () => new Map(),
  };
  const versions = { list: async () => [], remove: async () => {} };
  const announcements = {
    ended: async () => {},
    deadLetter: async ({ jobId, attempt }: { jobId: string; attempt: number }) => {
      letters.set(`${jobId} ${attempt}`, 1);
    },
  };
  const limits = {
    MAX_IMAGE_BYTES: 1e9,
    MAX_VIDEO_BYTES: 1e9,
    MAX_AUDIO_BYTES: 1e9,
    MAX_DOCUMENT_BYTES: 1e9,
  };
  const config = {
    ...limits,
    JOB_TABLE: TABLE,
    QUEUE_TABLE: 'queue',
    JOB_STATUS_TTL: 10 * 365 * 86_400,
    OUTPUT_BUCKET: 'out',
    DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1/q',
    EVENT_BUS_NAME: 'default',
    STATE_MACHINE_ARN: MACHINE,
    MAX_PROCESSING_RETRIES: 1_000_000,
    PROCESSING_TIMEOUT: 60,
    MAX_CONCURRENT_IMAGES: 0,
    RECONCILE_AFTER_SECONDS: 300,
  };
  const queries = new JobQueries(table.table, TABLE, now);
  const { executions } = sfn;
  const deps = {
    jobs,
    ledger,
    stems,
    // Images have no queue by default.
    queue: { leave: async () => 0, restore: async () => false },
    objects,
    versions,
    executions,
    announcements,
    config,
    queries,
    now,
    outputBucket: 'out',
  } as AnyDeps;

  const pick = <T>(items: readonly T[]): T | undefined => items[chance(items.length)];
  const running = () => [...sfn.all.values()].filter(({ status }) => status === 'RUNNING');
  const rows = async () => {
    const { Items = [] } = await table.table.send(
      new ScanCommand({ TableName: TABLE, ConsistentRead: true }),
    );
    return (Items as Job[]).filter(({ jobId }) => jobId.startsWith('job_'));
  };
  let uploads = 0;
  const newUpload = () => {
    // One in six replaces an upload of the same key.
    const key = `tenants/acme/users/ann/media/${chance(6) > 0 ? uploads : chance(uploads + 1)}.png`;
    return {
      bucket: 'in',
      key,
      etag: `${uploads}`,
      sequencer: (++uploads).toString(16).padStart(8, '0'),
      size: 67,
    };
  };

  /** AdmitUpload, then the work: fails, or completes the job by the very expression of the state machine. */
  async function advance(
    execution: ModelExecution,
    ending: 'complete' | 'fail' | 'reject' | 'time out',
  ): Promise<void> {
    const { executionArn, redriveCount } = execution;
    const still = () => execution.status === 'RUNNING' && execution.redriveCount === redriveCount;
    const fail = (error: string) => still() && sfn.end(execution, { status: 'FAILED', error, cause: error });
    try {
      if (!execution.admitted) {
        const event: unknown = JSON.parse(execution.input);
        const startedAt = now().toISOString();
        const admitted = await admitUpload(deps, { event, executionArn, startedAt, taskToken: 'token' });
        execution.admitted = true;
        if (admitted?.admission !== 'ADMITTED')
          return void (still() && sfn.end(execution, { status: 'SUCCEEDED', output: '{}' }));
      }
    } catch (error) {
      return void fail((error as Error).name);
    }
    if (ending === 'time out') return void (still() && sfn.end(execution, { status: 'TIMED_OUT' }));
    if (ending !== 'complete') return void fail(ending === 'fail' ? 'AccessDenied' : 'CorruptMedia');
    if (!still()) return;
    await complete(execution);
    const result = { manifestKey: 'm', manifestVersionId: 'v', outputCount: 1, kind: 'IMAGE', degraded: [] };
    if (still()) sfn.end(execution, { status: 'SUCCEEDED', output: JSON.stringify({ result }) });
  }

  async function complete({ executionArn, input }: ModelExecution): Promise<void> {
    const { upload } = parseUploadEvent(JSON.parse(input));
    // What the work state does before it writes.
    await jobs.claim(jobIdOf(upload), executionArn, `try ${chance(1e9)}`);
    const at = now().toISOString();
    const values = {
      ':execution': executionArn,
      ':cancelled': 'CANCELLED',
      ':completed': 'COMPLETED',
      ':now': at,
      ':kind': 'IMAGE',
    };
    const entry = [{ at, status: 'COMPLETED' }];
    const command = new UpdateCommand({
      TableName: TABLE,
      Key: { jobId: jobIdOf(upload) },
      ConditionExpression: completeJob.condition,
      UpdateExpression: completeJob.update,
      ExpressionAttributeNames: completeJob.names,
      ExpressionAttributeValues: {
        ...values,
        ':manifest': 'm',
        ':manifestVersion': 'v',
        ':count': 1,
        ':degraded': '[]',
        ':entry': entry,
      },
    });
    await table.table.send(command).catch((error: Error) => {
      if (error.name !== 'ConditionalCheckFailedException') throw error;
    });
  }

  const reconcile = () => reconcileJobs(deps);
  const actions: Record<string, () => Promise<unknown>> = {
    upload: async () =>
      sfn.start(
        `${MACHINE.replace('stateMachine', 'execution')}:e${chance(1e9)}`,
        JSON.stringify(uploadEvent(newUpload())),
      ),
    'duplicate event': async () => {
      const execution = pick([...sfn.all.values()]);
      if (execution) sfn.start(`${execution.executionArn}-again${chance(1e6)}`, execution.input);
    },
    complete: async () => runOne('complete'),
    fail: async () => runOne('fail'),
    reject: async () => runOne('reject'),
    'time out': async () => runOne('time out'),
    'status event': async () => deliver(),
    'status events twice': async () => deliver(true),
    'crash within the recording of an end': async () => {
      const [event] = sfn.events.splice(chance(sfn.events.length), 1);
      const dies = async () => {
        throw new Error('the process died');
      };
      if (event)
        await recordOutcome({ ...deps, announcements: { ended: dies, deadLetter: dies } }, event).catch(
          () => {},
        );
    },
    'lost event': async () => void sfn.events.splice(chance(sfn.events.length), 1),
    'retry by the API': async () => {
      const job = pick(await rows());
      if (job)
        await beginRetry(deps, job, {
          mode: pick(['auto', 'redrive', 'restart'] as const) ?? 'auto',
          by: 'x',
        });
    },
    'crash within a retry': async () => {
      const job = pick(await rows());
      const dies = async () => {
        throw new Error('the process died');
      };
      const dead = {
        ...deps,
        executions: { ...executions, redrive: dies, start: dies, describe: executions.describe },
      };
      const frozen = { ...dead, jobs: Object.create(jobs, { transition: { value: onlyOnce(jobs) } }) };
      if (job) await beginRetry(frozen, job, { mode: 'auto', by: 'x' }).catch(() => {});
    },
    cancel: async () => {
      const job = pick(await rows());
      if (job) await cancelJob(deps, job, 'x');
    },
    'crash within a cancellation': async () => {
      const job = pick(await rows());
      const at = now().toISOString();
      if (job) await jobs.transition({ jobId: job.jobId, to: 'CANCELLED', from: ['PROCESSING'], at });
    },
    'redrive in the console': async () => {
      const execution = pick(
        [...sfn.all.values()].filter(({ status }) => !['RUNNING', 'SUCCEEDED'].includes(status)),
      );
      if (execution) sfn.redrive(execution.executionArn);
    },
    'stop in the console': async () => {
      const execution = pick(running());
      if (execution) await executions.stop(execution.executionArn, '', '');
    },
    'delete the upload': async () => {
      const job = pick(await rows());
      if (!job || chance(8) > 0) return;
      const sequencer = (++uploads).toString(16).padStart(8, '0');
      const detail = { bucket: { name: 'in' }, object: { key: job.key, sequencer } };
      await removeOutputs(deps, { source: 'aws.s3', 'detail-type': 'Object Deleted', detail });
    },
    'some minutes later': async () => {
      clock += 10 * 60_000;
      await reconcile();
    },
  };

  async function runOne(ending: Parameters<typeof advance>[1]) {
    const execution = pick(running());
    if (execution) await advance(execution, ending);
  }

  async function deliver(twice = false) {
    const [event] = sfn.events.splice(chance(sfn.events.length), 1);
    if (!event || (event.detail.status === 'RUNNING' && event.detail.redriveCount === 0)) return;
    await Promise.all([recordOutcome(deps, event), ...(twice ? [recordOutcome(deps, event)] : [])]);
  }

  return {
    /** One to three things at once. */
    step: async (): Promise<string[]> => {
      const names = Object.keys(actions);
      const chosen = Array.from({ length: 1 + chance(3) }, () => names[chance(names.length)] ?? 'upload');
      await Promise.all(chosen.map((name) => actions[name]?.()));
      return chosen;
    },

    check: async (after: string): Promise<void> => {
      for (const job of await rows()) {
        const { jobId, status, timeline } = job;
        const steps = timeline.map((entry) => entry.status);
        const illegal = steps
          .slice(1)
          .find(
            (to, i) =>
              !TRANSITIONS[steps[i] as Job['status']].includes(to) &&
              !(to === 'COMPLETED' && steps[i] === to),
          );
        const before = seen.get(jobId);
        const undone = before?.status === 'COMPLETED' && status !== 'COMPLETED';
        const manifest = (job.manifestKey !== undefined) === (status === 'COMPLETED');
        const verdict = { after, jobId, illegal, undone, manifest, told: steps.at(-1) === status };
        expect({ ...verdict, timeline: illegal || undone ? timeline : [] }).toEqual({
          ...{ after, jobId, illegal: undefined, undone: false, manifest: true, told: true },
          timeline: [],
        });
        seen.set(jobId, job);
      }
    },

    /** Whatever runs ends, every remaining event is lost, and three rounds of reconciliation pass. */
    rest: async (): Promise<void> => {
      for (let round = 0; round < 4; round++) {
        for (const execution of running())
          await advance(execution, pick(['complete', 'fail'] as const) ?? 'fail');
        sfn.events.length = 0;
        clock += 10 * 60_000;
        await reconcile();
      }
      for (const job of await rows()) {
        const { jobId, status, attempt, notifiedAttempt, timeline, executionArn } = job;
        const open = status === 'PROCESSING' || (status !== 'COMPLETED' && notifiedAttempt !== attempt);
        const letter = status !== 'FAILED' || letters.has(`${jobId} ${attempt}`);
        expect({
          jobId,
          open: open && { job, execution: sfn.all.get(executionArn) },
          letter: letter || timeline,
        }).toEqual({
          ...{ jobId, open: false, letter: true },
        });
        expect(sfn.all.get(executionArn)?.status).not.toBe('RUNNING');
      }
    },
  };
}

/** A process that dies after its first write: what it does next reaches nobody. */
function onlyOnce(jobs: JobStore) {
  let written = false;
  return async (transition: Parameters<JobStore['transition']>[0]) => {
    if (written) throw new Error('the process died');
    written = true;
    return jobs.transition(transition);
  };
}
