import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { isInLargerTask } from '../../core/jobs/larger-task.ts';
import { AUTOMATIC_RETRIES, TASK_SIZES } from '../../local/resources.ts';
import { mockedDeployment, type Resource } from '../../scripts/mocked-deployment.ts';
import { lintStateMachine, type StateMachine, statesIn } from '../state-machines/lint.ts';
import { renderedMachine } from '../state-machines/rendered-machine.ts';
import { describeWithTerraform, PATIENCE } from './terraform.ts';

describeWithTerraform('the deployed state machine', () => {
  let deployment: Resource[];
  beforeAll(async () => {
    deployment = await mockedDeployment();
  }, PATIENCE);

  const all = (type: string) => deployment.filter((resource) => resource.type === type);
  const machine = (): StateMachine =>
    JSON.parse(
      deployment.find(({ address }) => address === 'aws_sfn_state_machine.media_pipeline')?.values.definition,
    );

  test('is rendered whole, and sound', () => {
    const definition = JSON.stringify(machine());
    expect(definition).not.toContain('${');
    expect(lintStateMachine(machine())).toEqual([]);
  });

  test('has the retries and the sizes of larger tasks that the variables say, as numbers where the language wants them', () => {
    // As in terraform/tests/everything.tftest.hcl.
    const chosen = {
      ...{ image_retries: '1', document_retries: '2', office_retries: '3', video_retries: '5' },
      ...{ audio_retries: '10', transcode_audio_larger_cpu: '4096' },
      ...{ transcode_audio_larger_memory: '8192' },
    };
    const varied = (whole: StateMachine) =>
      statesIn(whole).map(([name, { Retry, Parameters }]) => {
        const { ContainerOverrides, ...size } = Parameters?.Overrides ?? {};
        return { name, Retry, size, environment: ContainerOverrides?.[0].Environment };
      });
    expect(varied(machine())).toEqual(varied(renderedMachine(chosen)));
  });

  test('has the sizes and retries of the local run by default', () => {
    const sizes = (name: string) => {
      const file = readFileSync('terraform/ecs.tf', 'utf8');
      const [block = ''] = (file.split(` ${name} = {\n`)[1] ?? '').split('\n  }\n');
      const rows = block.matchAll(/([\w-]+) += \{ cpu = (\d+), memory = (\d+)(?:, storage = (\d+))? \}/g);
      return Object.fromEntries(
        [...rows].map(([, task, cpu, memory, storage]) => [
          task,
          { cpu: Number(cpu), memory: Number(memory), ...(storage && { storage: Number(storage) }) },
        ]),
      );
    };
    const of = (part: 'normal' | 'larger') =>
      Object.fromEntries(Object.entries(TASK_SIZES).map(([task, both]) => [task, both[part]]));
    expect(sizes('default_task_sizes')).toEqual(of('normal'));
    expect(sizes('default_larger_task_sizes')).toEqual(of('larger'));
    const variables = readFileSync('terraform/variables_tasks.tf', 'utf8');
    const [, retries = ''] = variables.split('variable "automatic_retries"');
    expect(
      Object.fromEntries(
        [...retries.matchAll(/(\w+) += optional\(number, (\d+)\)/g)].map(([, kind, count]) => [
          kind,
          Number(count),
        ]),
      ),
    ).toEqual(AUTOMATIC_RETRIES);
  });

  test('gives each function less time than the state that waits for it', () => {
    const states = Object.entries(machine().States).filter(([, { Resource: resource }]) =>
      /lambda:invoke(?:\.waitForTaskToken)?$/.test(resource ?? ''),
    );
    expect(states.map(([name]) => name)).toEqual(
      expect.arrayContaining(['AdmitUpload', 'ProcessImage', 'ProcessDocument']),
    );
    for (const [name, { TimeoutSeconds }] of states) {
      const folder = name.replace(/(?<!^)[A-Z]/g, '_$&').toLowerCase();
      const limit = deployment.find(({ address }) => address === `module.${folder}.aws_lambda_function.this`)
        ?.values.timeout;
      expect({ name, inTime: limit < Number(TimeoutSeconds) }).toEqual({ name, inTime: true });
    }
  });

  test('has a task definition and a container of that name for each task that the state machine starts', () => {
    const states = statesIn(machine())
      .map(([, state]) => state)
      .filter(({ Resource: resource }) => resource?.includes('ecs:runTask'));
    expect(states).toHaveLength(9);
    const names = all('aws_ecs_task_definition').map(({ values }) => [
      values.family,
      JSON.parse(values.container_definitions)[0].name,
    ]);
    for (const { Parameters } of states)
      expect(names).toContainEqual([
        Parameters?.TaskDefinition,
        Parameters?.Overrides.ContainerOverrides[0].Name,
      ]);
  });

  test('asks Spot for the first attempt of a task, where Spot is wanted, and capacity on demand for every other', () => {
    for (const [name, { Parameters, Retry = [] }] of statesIn(machine())) {
      const [strategy] = Parameters?.CapacityProviderStrategy ?? [];
      if (!strategy) continue;
      if (isInLargerTask(name)) {
        expect(strategy.CapacityProvider).toBe('FARGATE');
        continue;
      }
      const [, list = ''] =
        /^States\.ArrayGetItem\(States\.Array\((.*)\), \$\$\.State\.RetryCount\)$/.exec(
          strategy['CapacityProvider.$'],
        ) ?? [];
      const [first, ...others] = list.split(', ');
      expect(first).toBe("'FARGATE_SPOT'");
      expect(new Set(others)).toEqual(new Set(["'FARGATE'"]));
      expect(others.length).toBeGreaterThanOrEqual(
        Retry.reduce((sum, { MaxAttempts = 3 }) => sum + MaxAttempts, 0),
      );
    }
    expect(JSON.stringify(machine()).match(/CapacityProviderStrategy/g)).toHaveLength(9);
  });
});
