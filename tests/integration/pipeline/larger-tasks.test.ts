import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { executionName } from '../../../core/aws/executions.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { SizeOverrides } from '../../../local/compute/task-size.ts';
import { TASK_SIZES } from '../../../local/resources.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { settled } from '../../support/settled-cloud.ts';
import { shortClip } from '../../support/strike-tasks.ts';

interface Launch {
  size: SizeOverrides;
  /** Executions that had a slot for videos when the task started. */
  inSlots: string[];
}

const NORMAL = {};
const largerSize = (task: keyof typeof TASK_SIZES) => {
  const { cpu, memory } = TASK_SIZES[task].larger;
  return { cpu: String(cpu), memory: String(memory) };
};
const LARGER = largerSize('transcode-video');

let api: JobApi;
let clip: Buffer;
let launches: Launch[] = [];
const slots = async () => (await api.deps.queue.read('TranscodeVideo')).slots.map(({ name }) => name);
beforeAll(async () => {
  process.env.TASK_HEARTBEAT_SECONDS = '0.5';
  api = await startApi();
  clip = await shortClip();
  const { fargate } = api.cloud;
  const run = fargate.run.bind(fargate);
  fargate.run = async (task) => {
    launches.push({ size: JSON.parse(JSON.stringify(task.size)), inSlots: await slots() });
    return run(task);
  };
});
afterAll(async () => {
  delete process.env.TASK_HEARTBEAT_SECONDS;
  await api?.stop();
});
beforeEach(() => {
  launches = [];
});

const sizes = () => launches.map(({ size }) => size);
const notes = ({ timeline }: Job) => timeline.flatMap(({ note }) => note ?? []);
const statesOf = async ({ executionArn }: Job) =>
  (await api.history(executionArn)).flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []);

/** Uploads a clip whose first tasks run out of memory, and returns its job when it has ended. */
async function jobAfter(tasks: number, file: string, content: Buffer | string = clip): Promise<Job> {
  api.cloud.fargate.exhaustMemory(tasks);
  await api.upload(uploadKey(file), content);
  const job = await api.ended(uploadKey(file));
  await settled(api.cloud);
  return job;
}

describe('a video whose task runs out of memory', () => {
  test('is transcoded by a larger task, in the same slot, and its timeline says so', async () => {
    const job = await jobAfter(1, 'once.mp4');
    expect(job).toMatchObject({ status: 'COMPLETED', attempt: 1 });
    const inSlots = [executionName(job.executionArn)];
    expect(launches).toEqual([
      { size: NORMAL, inSlots },
      { size: LARGER, inSlots },
    ]);
    expect(await statesOf(job)).toEqual([
      ...['AdmitUpload', 'WhichMediaKind', 'TranscodeVideo', 'TranscodeVideoInLargerTask'],
      ...['CompleteJob', 'AnnounceCompletion'],
    ]);
    expect(notes(job)).toEqual(['retried after OutOfMemory with 8192 CPU units and 32768 MiB of memory']);
    expect(await api.missing(job)).toEqual([]);
    expect(await slots()).toEqual([]);
    expect(await api.deadLetters()).toEqual([]);
  });

  test('and whose larger task does too fails by that name; a redrive resumes in the larger task', async () => {
    const job = await jobAfter(2, 'twice.mp4');
    const error = {
      ...{ name: 'OutOfMemory', category: 'resource', state: 'TranscodeVideoInLargerTask' },
      message: expect.stringContaining('OutOfMemoryError'),
      advice: expect.stringContaining('larger_task_size'),
    };
    expect(job).toMatchObject({ status: 'FAILED', error });
    expect(sizes()).toEqual([NORMAL, LARGER]);
    expect(await api.deadLetters()).toMatchObject([{ jobId: job.jobId, error }]);
    expect(await slots()).toEqual([]);

    await api.sfn.send(new RedriveExecutionCommand({ executionArn: job.executionArn }));
    const again = await api.until('the redrive', async () => {
      const row = await api.deps.jobs.get(job.jobId);
      return row?.status === 'COMPLETED' && row;
    });
    expect(sizes()).toEqual([NORMAL, LARGER, LARGER]);
    expect(launches.at(-1)?.inSlots).toEqual([]);
    expect(await api.missing(again)).toEqual([]);
    await settled(api.cloud);
    expect(await slots()).toEqual([]);
  });

  test('twice is restarted by a retry, whose task has the size of today', async () => {
    const job = await jobAfter(2, 'retried.mp4');
    const answer = await api.call('POST', `/api/media/jobs/${job.jobId}`);
    expect(answer).toMatchObject({ status: 202, body: { mode: 'restart' } });
    const again = await api.until('the restart', async () => {
      const row = await api.deps.jobs.get(job.jobId);
      return row?.status === 'COMPLETED' && row;
    });
    expect(again).toMatchObject({ attempt: 2 });
    expect(again.executionArn).not.toBe(job.executionArn);
    expect(sizes()).toEqual([NORMAL, LARGER, NORMAL]);
  });
});

test('a document whose conversion runs out of memory is converted by a larger task', async () => {
  const job = await jobAfter(1, 'letter.rtf', '{\\rtf1\\ansi Dear reader.}');
  expect(job).toMatchObject({ status: 'COMPLETED', attempt: 1 });
  expect(sizes()).toEqual([NORMAL, largerSize('convert-office-document')]);
  expect(await statesOf(job)).toEqual(
    expect.arrayContaining(['ConvertOfficeDocumentInLargerTask', 'ProcessDocument', 'CompleteJob']),
  );
});
