import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readConfig, SETTINGS, type SettingName } from '../../base/config.ts';
import { LIMITS } from '../../local/limits.ts';
import { FUNCTION_SECONDS, TIME_LIMITS } from '../../media/document/limits.ts';
import { maxAddressBytes } from '../../media/office/run-soffice.ts';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';
import { ladderFor } from '../../media/video/ladder.ts';
import { workloads } from '../../scripts/build/workloads.ts';
import { mockedDeployment, type Resource } from '../../scripts/mocked-deployment.ts';
import { settingsOf } from '../../scripts/settings-of.ts';
import { describeWithTerraform, PATIENCE } from './terraform.ts';

/** On one machine only, so no deployment sets them: the command line's own, and the API's belief in a header. */
const LOCAL: readonly SettingName[] = [
  'MEDIA_API_URL',
  'MEDIA_CONSOLE_URL',
  'MEDIA_API_TOKEN',
  'MEDIA_API_IDENTITY',
  'ALLOW_DEVELOPMENT_IDENTITY',
];
/** Read by whatever writes logs, traces and metrics, not by the function itself. */
const OBSERVABILITY = ['POWERTOOLS_SERVICE_NAME', 'POWERTOOLS_METRICS_NAMESPACE'];
const OTHERS: Record<string, string[]> = {
  'process-image': ['VIPS_BLOCK_UNTRUSTED'],
  'preview-profile': ['VIPS_BLOCK_UNTRUSTED'],
};

describeWithTerraform('each workload', () => {
  let deployment: Resource[];
  beforeAll(async () => {
    deployment = await mockedDeployment();
  }, PATIENCE);

  const one = (address: string): Resource => {
    const found = deployment.find((resource) => resource.address === address);
    if (!found) throw new Error(`Expected ${address}`);
    return found;
  };
  const module = (name: string) => `module.${name.replaceAll('-', '_')}`;
  const containerOf = (name: string) =>
    JSON.parse(one(`${module(name)}.aws_ecs_task_definition.this`).values.container_definitions)[0];
  const environmentOf = (kind: string, name: string): Record<string, string> => {
    if (kind === 'lambdas')
      return one(`${module(name)}.aws_lambda_function.this`).values.environment[0].variables;
    return Object.fromEntries(
      containerOf(name).environment.map((entry: { name: string; value: string }) => [
        entry.name,
        entry.value,
      ]),
    );
  };

  test.each(workloads())(
    '$kind/$name gets exactly the settings that it reads, in a form that it takes',
    async (workload) => {
      const { kind, name } = workload;
      const read = await settingsOf(workload);
      const environment = environmentOf(kind, name);
      const expected = [
        ...read.filter((setting) => !LOCAL.includes(setting)),
        ...OBSERVABILITY,
        ...(OTHERS[name] ?? []),
      ];
      expect(Object.keys(environment).sort()).toEqual([...new Set(expected)].sort());
      expect(() => readConfig(environment, read)).not.toThrow();
    },
  );

  test('every setting that a deployment may choose is a variable', async () => {
    const read = new Set((await Promise.all(workloads().map(settingsOf))).flat());
    const set = new Set(workloads().flatMap(({ kind, name }) => Object.keys(environmentOf(kind, name))));
    expect([...read].filter((setting) => !LOCAL.includes(setting) && !set.has(setting))).toEqual([]);
    expect(
      (Object.keys(SETTINGS) as SettingName[]).filter(
        (setting) => !LOCAL.includes(setting) && !set.has(setting),
      ),
    ).toEqual([]);
  });

  test.each(workloads().filter(({ kind }) => kind === 'lambdas'))(
    'function $name is traced, bounded and keeps its environment under our key',
    ({ name }) => {
      const { values } = one(`${module(name)}.aws_lambda_function.this`);
      expect(values).toMatchObject({
        runtime: 'nodejs22.x',
        handler: 'index.handler',
        tracing_config: [{ mode: 'Active' }],
      });
      expect(values.reserved_concurrent_executions).toBeGreaterThan(0);
      // Otherwise its state meets errors that tests/state-machines/service-errors.ts excludes.
      const { vpc_config, file_system_config, snap_start, publish } = values;
      const features = [vpc_config, file_system_config, snap_start].map((feature) => feature ?? []);
      expect([...features, publish ?? false]).toEqual([[], [], [], false]);
      expect(values.kms_key_arn).toBe(one('aws_kms_key.data').values.arn);
      const log = one(`${module(name)}.aws_cloudwatch_log_group.this`).values;
      expect(log).toMatchObject({ name: `/aws/lambda/${values.function_name}`, retention_in_days: 365 });
    },
  );

  test('functions try an event as often as the local ones', () => {
    const configs = deployment.filter(({ type }) => type === 'aws_lambda_function_event_invoke_config');
    expect(configs.length).toBeGreaterThan(0);
    for (const { values } of configs) expect(1 + values.maximum_retry_attempts).toBe(LIMITS.functionAttempts);
  });

  test.each(['AdmitUpload', 'ProcessImage', 'ProcessDocument'])(
    'the function of %s ends before the state machine gives it up',
    (state) => {
      const { States } = JSON.parse(readFileSync('state-machines/media-pipeline.asl.json', 'utf8'));
      const name = state.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase();
      const { timeout } = one(`${module(name)}.aws_lambda_function.this`).values;
      expect(timeout).toBeLessThan(States[state].TimeoutSeconds);
    },
  );

  test.each([
    ['process-image', 'MAX_IMAGE_BYTES'],
    ['preview-profile', 'MAX_IMAGE_BYTES'],
    ['process-document', 'MAX_DOCUMENT_BYTES'],
  ])('%s has the disk for an upload of %s', (name, limit) => {
    const bytes = Number(environmentOf('lambdas', 'admit-upload')[limit]);
    const megabytes = one(`${module(name)}.aws_lambda_function.this`).values.ephemeral_storage[0].size;
    expect(bytes).toBeGreaterThan(2 ** 30 - 1);
    expect(megabytes * 2 ** 20).toBeGreaterThan(bytes);
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html
    expect(megabytes).toBeLessThanOrEqual(10_240);
  });

  test('the storage of transcode-video is planned with the bitrates of its renditions', () => {
    const locals = readFileSync('terraform/locals.tf', 'utf8');
    const [, factor, sound] = /video_rate = .*\* ([\d.]+) \/ 8\) \+ (\d+)$/m.exec(locals) ?? [];
    const { MAX_PROFILE_BITRATE } = readConfig({}, ['MAX_PROFILE_BITRATE']);
    const renditions = ladderFor({ width: 3840, height: 2160 }, 60, DEFAULT_PROFILE.video.renditions);
    const video = renditions.reduce((sum, { maxBitrate }) => sum + maxBitrate, 0);
    expect(renditions).toHaveLength(3);
    expect(MAX_PROFILE_BITRATE * Number(factor)).toBeGreaterThanOrEqual(video);
    // AAC of 128 kbit/s in each.
    expect(Number(sound)).toBeGreaterThan((renditions.length * 128_000) / 8);
  });

  test('process-document has the time that its code plans with', () => {
    const { timeout } = one('module.process_document.aws_lambda_function.this').values;
    expect(timeout).toBe(FUNCTION_SECONDS);
    expect(TIME_LIMITS.allPages).toBeLessThan(timeout * 1000);
  });

  test('convert-office-document has more memory than LibreOffice may use', () => {
    const { memory } = one('module.convert_office_document.aws_ecs_task_definition.this').values;
    expect(environmentOf('tasks', 'convert-office-document').TASK_MEMORY_MIB).toBe(String(memory));
    const bytes = Number(memory) * 1024 ** 2;
    expect(maxAddressBytes(bytes)).toBeLessThanOrEqual(bytes * 0.75);
  });

  describe('tasks', () => {
    test.each(workloads().filter(({ kind }) => kind === 'tasks'))(
      '$name runs unprivileged on a read-only root',
      ({ name }) => {
        expect(containerOf(name)).toMatchObject({
          name,
          command: ['node', `dist/tasks/${name}/main.mjs`],
          user: 'node',
          privileged: false,
          readonlyRootFilesystem: true,
          stopTimeout: 120,
          linuxParameters: { initProcessEnabled: true, capabilities: { drop: ['ALL'] } },
          mountPoints: [{ containerPath: '/tmp', readOnly: false }],
        });
        const { values } = one(`${module(name)}.aws_ecs_task_definition.this`);
        expect(values.task_role_arn).toBeTruthy();
        expect(values.network_mode).toBe('awsvpc');
      },
    );
  });
});
