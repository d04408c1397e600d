import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clipStudio, H264 } from '../../support/clips.ts';
import { type Pipeline, startPipeline, uploadKey } from '../../support/pipeline.ts';
import { processesOf } from '../../support/processes.ts';

let pipeline: Pipeline;
let clip: Buffer;
beforeAll(async () => {
  process.env.TASK_HEARTBEAT_SECONDS = '0.5';
  pipeline = await startPipeline();
  clip = await longClip();
});
afterAll(async () => {
  delete process.env.TASK_HEARTBEAT_SECONDS;
  await pipeline?.stop();
});

/** One whose encoding takes about a minute, so that it is met at work however late this test looks. */
async function longClip(): Promise<Buffer> {
  const studio = await clipStudio();
  try {
    await studio.make('short.mp4', ['testsrc2=s=1280x720:r=25:d=20', 'sine=d=20'], ...H264, '-crf', '14');
    await studio.make('clip.mp4', [], '-stream_loop', '9', '-i', studio.path('short.mp4'), '-c', 'copy');
    return await studio.read('clip.mp4');
  } finally {
    await studio.remove();
  }
}

const started = (key: string) =>
  pipeline.until(`the task of ${key}`, async () => {
    const job = (await pipeline.jobs()).find((row) => row.key === key);
    return job && (await processesOf(job)).task.length > 0 && job;
  });

describe('a video task', () => {
  test('whose execution is stopped ends with its ffmpeg within 20 seconds and leaves no output', async () => {
    const key = uploadKey('cancelled.mp4');
    await pipeline.upload(key, clip);
    const job = await started(key);
    await pipeline.until('ffmpeg', async () => (await processesOf(job)).ffmpeg.length > 0);
    pipeline.cloud.states.stop(job.executionArn);
    const stopped = Date.now();
    await pipeline.until('the processes to end', async () => {
      const { task, ffmpeg } = await processesOf(job);
      return task.length + ffmpeg.length === 0;
    });
    expect(Date.now() - stopped).toBeLessThan(20_000);
    expect(await pipeline.ended(key)).toMatchObject({ status: 'CANCELLED' });
    await pipeline.until(
      'the outputs to go',
      async () => !(await pipeline.outputs()).some((output) => output.includes('/cancelled_')),
    );
  });
});
