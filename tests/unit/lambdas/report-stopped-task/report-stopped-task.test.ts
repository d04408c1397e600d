import type { SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import { TaskTokens } from '../../../../core/aws/task-tokens.ts';
import { explain, reportStoppedTask } from '../../../../lambdas/report-stopped-task/report-stopped-task.ts';

const stopped = (task: object) => ({
  taskArn: 'arn:aws:ecs:eu-west-1:000000000000:task/media/1',
  lastStatus: 'STOPPED' as const,
  containers: [],
  overrides: {
    containerOverrides: [
      { name: 'transcode-video', environment: [{ name: 'TASK_TOKEN', value: 'token-1' }] },
    ],
  },
  ...task,
});

function setup(answer: () => Promise<unknown> = async () => ({})) {
  const sent: unknown[] = [];
  const sfn = {
    send(command: { input: unknown }) {
      sent.push(command.input);
      return answer();
    },
  } as unknown as SFNClient;
  return { tokens: new TaskTokens(sfn), sent };
}

describe('reportStoppedTask', () => {
  test.each([
    [
      'the kernel killed it for memory',
      {
        stopCode: 'EssentialContainerExited',
        containers: [
          { name: 'c', exitCode: 137, reason: 'OutOfMemoryError: container killed due to memory usage' },
        ],
      },
      'OutOfMemory',
    ],
    [
      'it was killed and ECS gives no reason',
      { stopCode: 'EssentialContainerExited', containers: [{ name: 'c', exitCode: 137 }] },
      'OutOfMemory',
    ],
    [
      'Spot took the machine back',
      {
        stopCode: 'SpotInterruption',
        stoppedReason: 'Your Spot Task was interrupted.',
        containers: [{ name: 'c', exitCode: 137 }],
      },
      'Interrupted',
    ],
    [
      'Fargate has no room',
      {
        stopCode: 'TaskFailedToStart',
        stoppedReason:
          'Capacity is unavailable at this time. Please try again later or in a different availability zone',
      },
      'NoCapacity',
    ],
    [
      'the image is not there',
      {
        stopCode: 'TaskFailedToStart',
        stoppedReason:
          'CannotPullContainerError: pull image manifest has been retried 1 time(s): manifest unknown',
      },
      'MissingResource',
    ],
    [
      'the network interface could not be made',
      {
        stopCode: 'TaskFailedToStart',
        stoppedReason: 'ResourceInitializationError: unable to pull secrets: connection timed out',
      },
      'ServiceUnavailable',
    ],
    [
      'the disk is full',
      { containers: [{ name: 'c', exitCode: 1, reason: 'no space left on device' }] },
      'OutOfDisk',
    ],
    [
      'it ended without a word',
      { stopCode: 'EssentialContainerExited', containers: [{ name: 'c', exitCode: 1 }] },
      'Interrupted',
    ],
  ])('names the reason when %s', (_label, task, error) => {
    expect(explain(stopped(task)).error).toBe(error);
  });

  test('fails the task that waits for the token in the task’s overrides', async () => {
    const { tokens, sent } = setup();
    await reportStoppedTask(tokens, { detail: stopped({ stopCode: 'SpotInterruption' }) });
    expect(sent).toEqual([expect.objectContaining({ taskToken: 'token-1', error: 'Interrupted' })]);
  });

  test('leaves a task alone that has reported by itself', async () => {
    const { tokens } = setup(() =>
      Promise.reject(Object.assign(new Error('late'), { name: 'TaskTimedOut' })),
    );
    await expect(reportStoppedTask(tokens, { detail: stopped({}) })).resolves.toBeUndefined();
  });

  test('ignores tasks that no execution waits for', async () => {
    const { tokens, sent } = setup();
    await reportStoppedTask(tokens, { detail: stopped({ overrides: { containerOverrides: [] } }) });
    expect(sent).toEqual([]);
  });
});
