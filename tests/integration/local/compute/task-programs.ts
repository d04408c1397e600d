import type { TaskDefinition } from '../../../../local/compute/task-process.ts';
import { chain } from '../../../support/machines.ts';

/** A task program: `tell(operation, more)` calls Step Functions with the task's token. */
const program = (body: string, more: Partial<TaskDefinition> = {}): TaskDefinition => ({
  command: [
    process.execPath,
    '--input-type=module',
    '-e',
    `const tell = (operation, more = {}) => fetch(process.env.AWS_ENDPOINT_URL_SFN, {
       method: 'POST',
       headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AWSStepFunctions.' + operation },
       body: JSON.stringify({ taskToken: process.env.TASK_TOKEN, ...more }),
     });
     const succeed = (output) => tell('SendTaskSuccess', { output: JSON.stringify(output) });
     const forever = () => setInterval(() => {}, 1000);
     ${body}`,
  ],
  ...more,
});

/** The tasks of fargate.test.ts. */
export const PROGRAMS: Record<string, TaskDefinition> = {
  environment: program('await succeed(Object.fromEntries(Object.entries(process.env)))', {
    environment: { FROM_DEFINITION: 'yes', REPLACED: 'no' },
  }),
  fail: program(`await tell('SendTaskFailure', { error: 'CorruptMedia', cause: 'it is broken' })`),
  beats: program(
    `for (let i = 0; i < 20; i++) { await tell('SendTaskHeartbeat'); await new Promise((r) => setTimeout(r, 100)); }
     await succeed('beaten')`,
  ),
  silent: program('forever()'),
  stubborn: program(
    `import { spawn } from 'node:child_process';
     process.on('SIGTERM', () => {});
     spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
     forever()`,
    { stopTimeout: 0.2 },
  ),
  polite: program(
    `import { writeFileSync } from 'node:fs';
     process.on('SIGTERM', () => { writeFileSync(process.env.NOTE, 'told to stop'); process.exit(0); });
     writeFileSync(process.env.NOTE + '.ready', '');
     forever()`,
  ),
  leaves: program(
    `import { spawn } from 'node:child_process';
     const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
     await new Promise((r) => setTimeout(r, 1200));
     await succeed(child.pid);
     process.exit(0)`,
  ),
  dies: program('process.exit(3)'),
  killed: program(`process.kill(process.pid, 'SIGKILL')`),
  missing: { command: ['/no/such/program'] },
  slow: program(`await new Promise((r) => setTimeout(r, 150)); await succeed('slow')`),
};

/** A machine of one such task. */
export const task = (family: string, more: object = {}, overrides: object = {}) =>
  chain({
    Work: {
      Type: 'Task',
      Resource: 'arn:aws:states:::ecs:runTask.waitForTaskToken',
      Parameters: {
        Cluster: 'media-pipeline',
        TaskDefinition: family,
        Overrides: {
          ...overrides,
          ContainerOverrides: [
            {
              Name: 'worker',
              Environment: [
                { Name: 'TASK_TOKEN', 'Value.$': '$$.Task.Token' },
                { Name: 'REPLACED', Value: 'yes' },
                { Name: 'NOTE', 'Value.$': '$.note' },
              ],
            },
          ],
        },
      },
      TimeoutSeconds: 600,
      ...more,
    },
  });
