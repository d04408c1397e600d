import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { processTree } from '../../../../local/compute/process-tree.ts';
import { setup, until } from '../../../support/local-cloud.ts';
import { end, history, run, start } from '../../../support/machines.ts';
import { gone } from '../../../support/processes.ts';
import { PROGRAMS, task } from './task-programs.ts';

interface Stopped {
  detail: {
    containers: { name: string; exitCode?: number; reason?: string }[];
    stopCode: string;
    stoppedReason: string;
    cpu: string;
    memory: string;
    ephemeralStorage: { sizeInGiB: number };
    overrides: { containerOverrides: { environment: { name: string; value: string }[] }[] };
  };
}

const stopped: Stopped[] = [];
const tokenOf = ({ detail }: Stopped) =>
  detail.overrides.containerOverrides[0]?.environment.find(({ name }) => name === 'TASK_TOKEN')?.value;

/** Overrides of a task with 256 CPU units, 512 MiB and 20 GiB, and what ECS makes of them. */
const SIZES: readonly [name: string, overrides: object, size: (string | number)[] | string][] = [
  ['no override', {}, ['256', '512', 20]],
  ['more memory', { Memory: '2048' }, ['256', '2048', 20]],
  ['more of everything', { Cpu: '16384', Memory: '122880' }, ['16384', '122880', 20]],
  ['memory of another CPU', { Memory: '4096' }, 'ECS.ClientException'],
  ['memory between two steps', { Cpu: '8192', Memory: '18432' }, 'ECS.ClientException'],
  ['CPU without its memory', { Cpu: '1024' }, 'ECS.ClientException'],
  ['CPU that nobody has', { Cpu: '3072', Memory: '8192' }, 'ECS.ClientException'],
  ['a number', { Cpu: 1024, Memory: '2048' }, 'States.Runtime'],
];

let subject: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  const names = Object.keys(PROGRAMS);
  subject = await setup({
    timeoutScale: 0.01,
    taskCapacity: 2,
    tasks: PROGRAMS,
    stateMachines: {
      ...Object.fromEntries(names.map((name) => [name, task(name)])),
      // One second between heartbeats.
      beats: task('beats', { HeartbeatSeconds: 100 }),
      quiet: task('silent', { HeartbeatSeconds: 40 }),
      retried: task('silent', {
        HeartbeatSeconds: 40,
        Retry: [{ ErrorEquals: ['States.HeartbeatTimeout'], MaxAttempts: 1 }],
      }),
      unknown: task('unknown'),
      ...Object.fromEntries(SIZES.map(([name, overrides]) => [name, task('dies', {}, overrides)])),
    },
    functions: {
      stopped: async (event: Stopped) => void stopped.push(event),
    },
    rules: [{ name: 'stopped', pattern: '{"source":["aws.ecs"]}', target: { function: 'stopped' } }],
  });
});
afterAll(() => subject.end());
afterEach(async () => {
  await until(() => subject.cloud.fargate.runningTasks === 0);
  await subject.cloud.events.settled();
  stopped.length = 0;
});

const input = { note: '' };

describe('a task', () => {
  test('gives what it reports as the state’s result, and gets a bare environment', async () => {
    process.env.SECRET_OF_THIS_PROCESS = 'x';
    const result = await run(subject.clients.sfn, 'environment', { note: 'a "note"' });
    const environment = JSON.parse(result.output ?? '{}') as Record<string, string>;
    expect(environment).toMatchObject({
      FROM_DEFINITION: 'yes',
      REPLACED: 'yes',
      NOTE: 'a "note"',
      AWS_ENDPOINT_URL_S3: subject.cloud.urls.storage,
      AWS_REGION: 'us-east-1',
    });
    expect(environment).not.toHaveProperty('SECRET_OF_THIS_PROCESS');
    expect(environment.TMPDIR).toContain(subject.directory);
    await until(() => subject.cloud.fargate.runningTasks === 0);
    expect(existsSync(environment.TMPDIR ?? '')).toBe(false);
    const types = (await history(subject.clients.sfn, result.executionArn)).map(({ type }) => type);
    expect(types).toEqual(
      expect.arrayContaining(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded']),
    );
  });

  // "A total of 8192 characters are allowed for overrides. This limit includes the JSON formatting
  // characters of the override structure": Amazon ECS API Reference, RunTask, November 2026; the text
  // of the error: https://github.com/Netflix/metaflow/issues/1482
  test.each([
    ['at most 8,192 characters of overrides', 0, 'SUCCEEDED', undefined],
    ['one more', 1, 'FAILED', 'ECS.InvalidParameterException'],
  ])('with %s', async (_label, more, status, error) => {
    const token = 'x'.repeat(2048);
    const environment = [
      { name: 'TASK_TOKEN', value: token },
      { name: 'REPLACED', value: 'yes' },
      { name: 'NOTE', value: '' },
    ];
    const rest = JSON.stringify({ containerOverrides: [{ name: 'worker', environment }] }).length;
    const note = 'n'.repeat(8192 - rest + more);
    const result = await run(subject.clients.sfn, 'environment', { note });
    expect([result.status, result.error]).toEqual([status, error]);
    if (error) expect(result.cause).toContain('Container Overrides length must be at most 8192');
  });

  test('fails the state by the name it reports', async () => {
    const result = await run(subject.clients.sfn, 'fail', input);
    expect(result).toMatchObject({ status: 'FAILED', error: 'CorruptMedia', cause: 'it is broken' });
  });

  test('may take longer than its heartbeat as long as it beats', async () => {
    expect(await run(subject.clients.sfn, 'beats', input)).toMatchObject({
      status: 'SUCCEEDED',
      output: '"beaten"',
    });
  });

  test('that does not beat is States.HeartbeatTimeout; it is stopped and its token void', async () => {
    const result = await run(subject.clients.sfn, 'quiet', input);
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.HeartbeatTimeout' });
    const [event] = await until(() => stopped.length > 0 && stopped);
    expect(event?.detail).toMatchObject({
      stopCode: 'UserInitiated',
      containers: [{ name: 'worker', exitCode: 143 }],
    });
    const taskToken = tokenOf(event as Stopped);
    const sends = [
      new SendTaskHeartbeatCommand({ taskToken }),
      new SendTaskSuccessCommand({ taskToken, output: '{}' }),
      new SendTaskFailureCommand({ taskToken }),
    ];
    for (const command of sends) {
      await expect(subject.clients.sfn.send(command as SendTaskHeartbeatCommand)).rejects.toMatchObject({
        name: 'TaskTimedOut',
      });
    }
  });

  test('that is retried has a new token', async () => {
    await run(subject.clients.sfn, 'retried', input);
    await until(() => stopped.length === 2);
    expect(new Set(stopped.map(tokenOf)).size).toBe(2);
  });

  test.each(SIZES)('with an override of %s', async (name, _overrides, expected) => {
    const executionArn = await start(subject.clients.sfn, name, input);
    if (typeof expected === 'string') {
      const { error, cause } = await end(subject.clients.sfn, executionArn);
      expect(error).toBe(expected);
      expect(cause).toMatch(/No Fargate configuration|to be a string/);
      return;
    }
    const [event] = await until(() => stopped.length > 0 && stopped);
    const { cpu, memory, ephemeralStorage } = event?.detail ?? {};
    expect([cpu, memory, ephemeralStorage?.sizeInGiB]).toEqual(expected);
    await subject.clients.sfn.send(new StopExecutionCommand({ executionArn }));
  });

  test('may run out of memory, where a test wants it to', async () => {
    subject.cloud.fargate.exhaustMemory(1);
    const executionArn = await start(subject.clients.sfn, 'silent', input);
    const [event] = await until(() => stopped.length > 0 && stopped);
    expect(event?.detail.containers).toEqual([
      expect.objectContaining({ exitCode: 137, reason: expect.stringMatching(/^OutOfMemoryError/) }),
    ]);
    await subject.clients.sfn.send(new StopExecutionCommand({ executionArn }));
  });

  test('of an unknown family is an error of ECS', async () => {
    expect((await run(subject.clients.sfn, 'unknown', input)).error).toBe('ECS.ClientException');
  });
});

describe('a task that ends without a report', () => {
  test.each([
    ['dies', { stopCode: 'EssentialContainerExited', containers: [{ name: 'worker', exitCode: 3 }] }],
    ['killed', { stopCode: 'EssentialContainerExited', containers: [{ name: 'worker', exitCode: 137 }] }],
    [
      'missing',
      {
        stopCode: 'TaskFailedToStart',
        containers: [{ name: 'worker', reason: expect.stringMatching(/CannotStartContainerError.*ENOENT/) }],
      },
    ],
  ])('%s: ECS tells, and whoever hears it can fail the state', async (machine, detail) => {
    const executionArn = await start(subject.clients.sfn, machine, input);
    const [event] = await until(() => stopped.length > 0 && stopped);
    expect(event).toMatchObject({ source: 'aws.ecs', 'detail-type': 'ECS Task State Change', detail });
    expect(event?.detail).toMatchObject({ lastStatus: 'STOPPED', desiredStatus: 'STOPPED' });
    const taskToken = tokenOf(event as Stopped);
    await subject.clients.sfn.send(
      new SendTaskFailureCommand({ taskToken, error: 'Interrupted', cause: 'died' }),
    );
    expect(await end(subject.clients.sfn, executionArn)).toMatchObject({
      error: 'Interrupted',
      cause: 'died',
    });
  });
});

test('nothing outlives a task, not even a process in a session of its own', async () => {
  const { output } = await run(subject.clients.sfn, 'leaves', input);
  await gone(Number(output));
});

describe('stopping an execution', () => {
  test('sends SIGTERM', async () => {
    const note = join(subject.directory, 'note');
    const executionArn = await start(subject.clients.sfn, 'polite', { note });
    await until(() => existsSync(`${note}.ready`));
    await subject.clients.sfn.send(new StopExecutionCommand({ executionArn }));
    await until(() => subject.cloud.fargate.runningTasks === 0);
    expect(existsSync(note)).toBe(true);
  });

  test('kills a task that does not listen after its stop time-out, with all that it started', async () => {
    // This process may have other children: files that were tested before have left some.
    const pids = () => processTree(process.pid).map(({ pid }) => pid);
    const others = new Set(pids());
    const executionArn = await start(subject.clients.sfn, 'stubborn', input);
    const tree = await until(() => {
      const all = pids().filter((pid) => !others.has(pid));
      return all.length >= 2 && all;
    });
    await subject.clients.sfn.send(new StopExecutionCommand({ executionArn }));
    await gone(...tree);
    const [event] = await until(() => stopped.length > 0 && stopped);
    expect(event?.detail.containers[0]?.exitCode).toBe(137);
  });
});

test('tasks over the capacity wait, and their time-outs with them', async () => {
  const { sfn } = subject.clients;
  const arns = await Promise.all(Array.from({ length: 6 }, () => start(sfn, 'slow', input)));
  let most = 0;
  const watching = setInterval(() => {
    most = Math.max(most, subject.cloud.fargate.runningTasks);
  }, 5);
  const ends = await Promise.all(arns.map((arn) => end(sfn, arn)));
  clearInterval(watching);
  expect(ends.map(({ status }) => status)).toEqual(arns.map(() => 'SUCCEEDED'));
  expect(most).toBe(2);
});

test.each([
  ['a token that never was', 'rubbish', 'InvalidToken'],
  ['an output that is no JSON', undefined, 'InvalidOutput'],
])('%s is refused', async (_label, given, error) => {
  const executionArn = await start(subject.clients.sfn, 'silent', input);
  const token = await until(async () => {
    const events = await history(subject.clients.sfn, executionArn);
    const scheduled = events.find(({ type }) => type === 'TaskScheduled')?.taskScheduledEventDetails;
    return /"TASK_TOKEN","Value":"([^"]+)"/.exec(scheduled?.parameters ?? '')?.[1];
  });
  const command = new SendTaskSuccessCommand({ taskToken: given ?? token, output: 'text' });
  await expect(subject.clients.sfn.send(command)).rejects.toMatchObject({ name: error });
  await subject.clients.sfn.send(new StopExecutionCommand({ executionArn }));
});
