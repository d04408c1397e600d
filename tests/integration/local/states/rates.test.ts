import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LOCAL_CLIENT } from '../../../../local/endpoints.ts';
import { RUN_TASK_RATE, STATES_RATES } from '../../../../local/limits.ts';
import { stateMachineArn } from '../../../../local/resources.ts';
import { setup, until } from '../../../support/local-cloud.ts';
import { chain, invoke, start } from '../../../support/machines.ts';
import { task } from '../compute/task-programs.ts';

let subject: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  subject = await setup({
    functions: { echo: async (event) => event },
    stateMachines: { echo: chain({ Echo: invoke('echo') }) },
    // As on AWS: a hundred times faster, no test could be too fast.
    timeScale: 1,
  });
});
afterAll(() => subject.end());

test('calls beyond a rate are throttled, and succeed when the SDK repeats them', async () => {
  const endpoint = subject.cloud.urls.control;
  const input = { stateMachineArn: stateMachineArn('echo') };
  const many = 2 * (STATES_RATES.ListExecutions?.bucket ?? 0);
  const once = new SFNClient({ ...LOCAL_CLIENT, endpoint, maxAttempts: 1 });
  const calls = Array.from({ length: many }, () => once.send(new ListExecutionsCommand(input)));
  const refused = (await Promise.allSettled(calls)).filter((call) => call.status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]?.reason).toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
  const patient = new SFNClient({ ...LOCAL_CLIENT, endpoint, maxAttempts: 6 });
  await expect(patient.send(new ListExecutionsCommand(input))).resolves.toHaveProperty('executions');
});

test('tasks beyond the rate of RunTask are throttled', async () => {
  // Slower than on AWS: a busy machine may need seconds to start them all.
  const slow = await setup({ stateMachines: { task: task('nobody') }, timeScale: 30 });
  const many = 2 * RUN_TASK_RATE.bucket;
  await Promise.all(Array.from({ length: many }, () => start(slow.clients.sfn, 'task', { note: '' })));
  // Asking by DescribeExecution would exceed its rate.
  const runs = () => [...slow.cloud.states.executions.values()];
  await until(() => runs().every(({ status }) => status !== 'RUNNING'));
  const ended = runs().map(({ arn }) => slow.cloud.states.find(arn));
  await slow.end();
  const errors = Map.groupBy(ended, ({ error }) => error);
  // The task definition does not exist, which ECS says only to calls that it takes.
  expect([...errors.keys()].sort()).toEqual(['ECS.AmazonECSException', 'ECS.ClientException']);
  expect(errors.get('ECS.ClientException')?.length).toBeGreaterThanOrEqual(RUN_TASK_RATE.bucket);
  expect(errors.get('ECS.AmazonECSException')?.[0]?.cause).toContain('ThrottlingException');
});
