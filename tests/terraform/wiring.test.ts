import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { jobTable } from '../../core/jobs/job-table.ts';
import { queueTable } from '../../core/queue/queue-table.ts';
import { QUEUE_NAMES } from '../../core/queue/queues.ts';
import { REPAIRS } from '../../lambdas/reconcile-jobs/reconcile-deps.ts';
import { MEDIA_KINDS } from '../../media/kinds/kinds.ts';
import { mockedDeployment, type Resource } from '../../scripts/mocked-deployment.ts';
import { listOf, statementsOf } from '../../scripts/permissions/allowed-actions.ts';
import { describeWithTerraform, PATIENCE } from './terraform.ts';

describeWithTerraform('the deployment', () => {
  let deployment: Resource[];
  beforeAll(async () => {
    deployment = await mockedDeployment();
  }, PATIENCE);

  const all = (type: string) => deployment.filter((resource) => resource.type === type);
  const tableOf = (name: string) => all('aws_dynamodb_table').find((table) => table.name === name);

  test('has the same job table as the local run', () => {
    const table = tableOf('jobs');
    const { GlobalSecondaryIndexes = [], AttributeDefinitions = [] } = jobTable('jobs');
    const indexes = table?.values.global_secondary_index.map((index: Record<string, unknown>) => ({
      IndexName: index.name,
      keys: [index.hash_key, index.range_key],
      attributes: [...(index.non_key_attributes as string[])].sort(),
      projection: index.projection_type,
    }));
    const expected = GlobalSecondaryIndexes.map(({ IndexName, KeySchema = [], Projection }) => ({
      IndexName,
      keys: KeySchema.map(({ AttributeName }) => AttributeName),
      attributes: [...(Projection?.NonKeyAttributes ?? [])].sort(),
      projection: Projection?.ProjectionType,
    }));
    expect(indexes).toEqual(expect.arrayContaining(expected));
    expect(indexes).toHaveLength(expected.length);
    expect(table?.values.attribute.map(({ name }: { name: string }) => name).sort()).toEqual(
      AttributeDefinitions.map(({ AttributeName }) => AttributeName).sort(),
    );
    expect(table?.values.ttl[0]).toMatchObject({ attribute_name: 'expiresAt', enabled: true });
  });

  test('has the same queue table as the local run', () => {
    const { KeySchema = [], AttributeDefinitions = [], BillingMode } = queueTable('queue');
    const { hash_key, range_key, attribute, ttl, billing_mode } = tableOf('queue')?.values ?? {};
    expect([hash_key, range_key]).toEqual(KeySchema.map(({ AttributeName }) => AttributeName));
    const definitions = attribute.map(({ name, type }: { name: string; type: string }) => ({
      AttributeName: name,
      AttributeType: type,
    }));
    expect(definitions).toHaveLength(AttributeDefinitions.length);
    expect(definitions).toEqual(expect.arrayContaining(AttributeDefinitions));
    expect(billing_mode).toBe(BillingMode);
    expect(ttl[0]).toMatchObject({ attribute_name: 'expiresAt', enabled: true });
  });

  test('lets tasks use both tables through the endpoint, with every action that their roles allow', () => {
    const endpoint = deployment.find(({ address }) => address === 'aws_vpc_endpoint.gateway["dynamodb"]');
    const [statement] = JSON.parse(endpoint?.values.policy).Statement;
    const roles = all('aws_iam_role_policy').filter(({ name }) => name === 'task');
    const allowed = roles
      .flatMap(({ values }) => statementsOf(values.policy))
      .filter(({ Action }) => listOf(Action).some((action) => action.startsWith('dynamodb:')));
    expect(roles).toHaveLength(3);
    for (const { Action, Resource: resources } of allowed) {
      expect(statement.Action).toEqual(expect.arrayContaining(listOf(Action)));
      expect(statement.Resource).toEqual(expect.arrayContaining(listOf(resources)));
    }
    expect(new Set(allowed.flatMap(({ Resource: resources }) => listOf(resources))).size).toBe(2);
  });

  test('lets tasks use the buckets through the endpoint, with every action that their roles allow', () => {
    const endpoint = deployment.find(({ address }) => address === 'aws_vpc_endpoint.gateway["s3"]');
    const [statement] = JSON.parse(endpoint?.values.policy).Statement;
    const actions = all('aws_iam_role_policy')
      .filter(({ name }) => name === 'task')
      .flatMap(({ values }) => statementsOf(values.policy))
      .flatMap(({ Action }) => listOf(Action).filter((action) => action.startsWith('s3:')));
    expect(actions).toContain('s3:ListBucketVersions');
    expect(statement.Action).toEqual(expect.arrayContaining(actions));
  });

  test('gives every event rule a target that retries and keeps what it cannot deliver', () => {
    const rules = all('aws_cloudwatch_event_rule').map(({ values }) => values.name);
    const targets = all('aws_cloudwatch_event_target');
    expect(targets.map(({ values }) => values.rule).sort()).toEqual([...rules].sort());
    for (const { values } of targets) {
      expect(values.retry_policy[0].maximum_retry_attempts).toBeGreaterThan(0);
      expect(values.dead_letter_config[0].arn).toContain(':sqs:');
    }
    // The queue lets exactly these rules in.
    const policy = JSON.parse(
      deployment.find(({ address }) => address === 'aws_sqs_queue_policy.undelivered')?.values.policy,
    );
    const allowed = policy.Statement.find(({ Sid }: { Sid: string }) => Sid === 'OurEventRules').Condition
      .ArnEquals['aws:SourceArn'];
    expect(allowed.map((arn: string) => arn.split('/')[1]).sort()).toEqual([...rules].sort());
  });

  test('raises an alarm for every function that is throttled or slow', () => {
    const functions = all('aws_lambda_function').map(({ values }) => values.function_name);
    for (const metric of ['Throttles', 'Duration']) {
      const watched = all('aws_cloudwatch_metric_alarm')
        .filter(({ values }) => values.namespace === 'AWS/Lambda' && values.metric_name === metric)
        .map(({ values }) => values.dimensions.FunctionName);
      expect(watched.sort()).toEqual(functions.toSorted());
    }
  });

  test('shows every kind of upload on the dashboard', () => {
    const body = all('aws_cloudwatch_dashboard')[0]?.values.dashboard_body;
    for (const metric of ['Published', 'Rejected', 'WorkSeconds'])
      for (const kind of MEDIA_KINDS)
        expect(body).toContain(`"${metric}","service","media-pipeline","Kind","${kind}"`);
  });

  test('shows every queue and every repair on the dashboard', () => {
    const body = all('aws_cloudwatch_dashboard')[0]?.values.dashboard_body;
    for (const queue of QUEUE_NAMES)
      for (const metric of ['QueueWaiting', 'QueueOldestSeconds'])
        expect(body).toContain(`"${metric}","service","media-pipeline","Queue","${queue}"`);
    for (const repair of [...REPAIRS, 'released', 'told']) expect(body).toContain(`"Reconciled-${repair}"`);
  });

  test('raises an alarm for a wait that the API calls degraded, and for a queue that is full for an hour', () => {
    const alarm = (name: string) =>
      all('aws_cloudwatch_metric_alarm').find(({ values }) => values.metric_name === name)?.values;
    const api = deployment.find(({ address }) => address === 'module.serve_api.aws_lambda_function.this');
    const degraded = api?.values.environment[0].variables.MAX_QUEUE_WAIT_SECONDS;
    expect(alarm('OldestWaitSeconds')).toMatchObject({
      threshold: Number(degraded),
      statistic: 'Maximum',
      treat_missing_data: 'breaching',
    });
    const { period, evaluation_periods, datapoints_to_alarm } = alarm('FullQueues') ?? {};
    expect([period * evaluation_periods, datapoints_to_alarm]).toEqual([3600, evaluation_periods]);
  });

  test('matches events by the patterns that the local run uses', () => {
    const names = ['object-created', 'object-deleted', 'execution-status', 'task-stopped', 'job-event'];
    for (const name of names) {
      const rule = all('aws_cloudwatch_event_rule').find(
        ({ values }) => values.name === `media-pipeline-${name}`,
      );
      const raw = JSON.parse(readFileSync(`state-machines/${name}.pattern.json`, 'utf8'));
      const rendered = JSON.parse(rule?.values.event_pattern);
      expect(Object.keys(rendered)).toEqual(Object.keys(raw));
      expect(rule?.values.event_pattern).not.toContain('${');
    }
  });

  // X-Ray names a segment of Lambda or Step Functions after the function or the state machine:
  // https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html
  test('groups the traces of every function and state machine, by the names that their segments have', () => {
    const traced = all('aws_lambda_function').filter(
      ({ values }) => values.tracing_config[0].mode === 'Active',
    );
    const names = [
      ...traced.map(({ values }) => values.function_name),
      ...all('aws_sfn_state_machine').map(({ values }) => values.name),
    ];
    const terms = all('aws_xray_group')[0]?.values.filter_expression.split(' OR ');
    expect(terms.toSorted()).toEqual(names.map((name) => `service("${name}")`).toSorted());
    expect(names).toHaveLength(13);
  });

  test('lets each function be called by its one caller only', () => {
    const permissions = all('aws_lambda_permission').map(({ values }) => values);
    expect(permissions.map(({ principal }) => principal).sort()).toEqual([
      'apigateway.amazonaws.com',
      ...Array(5).fill('events.amazonaws.com'),
    ]);
    for (const { source_arn } of permissions) expect(source_arn).toMatch(/^arn:aws:(?:events|execute-api):/);
  });
});
