import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, test } from '@jest/globals';
import { arn } from '../../../local/resources.ts';
import { setup, until } from '../../support/local-cloud.ts';
import { end, entered, history } from '../../support/machines.ts';
import { gone } from '../../support/processes.ts';
import { machines } from './restart-machines.ts';

/** Runs a cloud in a process of its own and kills it with SIGKILL in the middle of its work. */
async function killedCloud(): Promise<{ directory: string; task: number }> {
  const directory = mkdtempSync(join(tmpdir(), 'local-cloud-'));
  const program = new URL('./killed-cloud.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, directory]);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const tasks = join(directory, 'tasks');
  const record = () => existsSync(tasks) && readdirSync(tasks).find((name) => name.endsWith('.json'));
  await until(() => output.includes('ready') && output.split('hanging').length === 4 && record());
  const { pid: task } = JSON.parse(readFileSync(join(tasks, String(record())), 'utf8')) as { pid: number };
  child.kill('SIGKILL');
  await once(child, 'exit');
  return { directory, task };
}

test('a cloud that was killed goes on where it was: objects, events, executions, tasks', async () => {
  const { directory, task } = await killedCloud();
  const notes: unknown[] = [];
  const answers: unknown[] = [];
  const subject = await setup({
    directory,
    stateMachines: Object.fromEntries(
      Object.entries(machines).map(([name, text]) => [name, JSON.parse(text) as object]),
    ),
    tasks: { sleeper: { command: ['sleep', '600'] } },
    functions: {
      note: async (event) => {
        notes.push(event);
        return event;
      },
      hang: async (event) => {
        answers.push(event);
        return 'answered';
      },
    },
    rules: [{ name: 'uploads', pattern: '{"source":["aws.s3"]}', target: { function: 'hang' } }],
  });
  const { sfn, s3 } = subject.clients;

  // The state that was under way is entered again with its own input; what came before it is not.
  const hanging = arn('states', 'execution:hang:hanging');
  expect(await end(sfn, hanging)).toMatchObject({ status: 'SUCCEEDED', input: '{"from":"first"}' });
  expect(await entered(sfn, hanging)).toEqual(['First', 'Hang', 'Hang', 'After']);
  const first = { value: { from: 'first' } };
  expect(answers).toContainEqual({ from: 'first', first });

  // Of two parallel branches only the one that had not ended runs again.
  expect(await end(sfn, arn('states', 'execution:both:parallel'))).toMatchObject({ status: 'SUCCEEDED' });
  expect(notes).toEqual([{ value: 'answered' }]);

  const got = await s3.send(new GetObjectCommand({ Bucket: 'media-input', Key: 'a+b' }));
  expect(await got.Body?.transformToString()).toBe('kept');
  await until(() => answers.some((answer) => JSON.stringify(answer).includes('"key":"a+b"')));

  // The task of the killed cloud is gone, its state has started another.
  await gone(task);
  const sleeping = arn('states', 'execution:task:sleeping');
  await until(() => subject.cloud.fargate.runningTasks === 1);
  const types = (await history(sfn, sleeping)).map(({ type }) => type);
  expect(types.filter((type) => type === 'TaskScheduled')).toHaveLength(2);
  await sfn.send(new StopExecutionCommand({ executionArn: sleeping }));
  await subject.end();
});

test('a second cloud on the same directory is refused', async () => {
  const subject = await setup();
  await expect(subject.restart()).rejects.toThrow(/already running in/);
  await subject.end();
});
