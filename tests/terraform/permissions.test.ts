import { beforeAll, expect, test } from '@jest/globals';
import { workloads } from '../../scripts/build/workloads.ts';
import { mockedDeployment, type Resource } from '../../scripts/mocked-deployment.ts';
import { allowedActions, listOf, statementsOf } from '../../scripts/permissions/allowed-actions.ts';
import { type Comparison, comparePermissions } from '../../scripts/permissions/compare.ts';
import { describeWithTerraform, PATIENCE } from './terraform.ts';

/** Actions that have no resource to name, each with the reason beside its statement. */
const WITHOUT_RESOURCE =
  /^(?:xray:|logs:(?:\w+LogDelivery|ListLogDeliveries|\w+ResourcePolic\w+|DescribeLogGroups)$|ecr:GetAuthorizationToken$|states:SendTask)/;

describeWithTerraform('roles', () => {
  let deployment: Resource[];
  let comparisons: Comparison[];
  beforeAll(async () => {
    deployment = await mockedDeployment();
    comparisons = comparePermissions(deployment);
  }, PATIENCE);

  const policies = () => deployment.filter(({ type }) => type === 'aws_iam_role_policy');
  const statements = () =>
    policies().flatMap(({ address, values }) =>
      statementsOf(values.policy).map((statement) => ({ address, ...statement })),
    );

  test.each([
    ...workloads().map(({ kind, name }) => `${kind}/${name}`),
    'state-machines/media-pipeline',
    'state-machines/media-backfill',
  ])('the role of %s allows what its code can call, and nothing else', (workload) => {
    const { missing, superfluous } = comparisons.find((comparison) => comparison.workload === workload) ?? {};
    expect({ missing, superfluous }).toEqual({ missing: [], superfluous: [] });
  });

  test.each(['record-outcome', 'reconcile-jobs', 'serve-api'])(
    '%s would lack the key if executions lay under one of ours',
    (name) => {
      const keyed = deployment.map((resource) =>
        resource.type === 'aws_sfn_state_machine'
          ? {
              ...resource,
              values: {
                ...resource.values,
                encryption_configuration: [{ type: 'CUSTOMER_MANAGED_KMS_KEY' }],
              },
            }
          : resource,
      );
      const { missing } =
        comparePermissions(keyed).find(({ workload }) => workload === `lambdas/${name}`) ?? {};
      expect(missing).toEqual(['kms:Decrypt@aws:states:stateMachineArn']);
    },
    PATIENCE,
  );

  /**
   * EventBridge evaluates a topic's policy without condition keys, and SNS's guide excludes
   * aws:SourceAccount and aws:SourceArn in a key's policy for it:
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
   * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
   */
  test('EventBridge publishes job events by a role that no other rule can take', () => {
    const target = deployment.find(
      ({ address }) => address === 'module.route_job_event.aws_cloudwatch_event_target.this',
    );
    const role = deployment.find(({ address }) => address === 'aws_iam_role.publish_job_event');
    const policy = deployment.find(({ address }) => address === 'aws_iam_role_policy.publish_job_event');
    expect(target?.values.role_arn).toBe(role?.values.arn);
    expect([...allowedActions(policy ? statementsOf(policy.values.policy) : [])].sort()).toEqual([
      'kms:Decrypt@sns',
      'kms:GenerateDataKey@sns',
      'sns:Publish',
    ]);
    const topicPolicies = deployment.filter(({ type }) => type === 'aws_sns_topic_policy');
    for (const { values } of topicPolicies)
      expect(JSON.stringify(values.policy)).not.toContain('events.amazonaws.com');
  });

  test('every workload has a role of its own', () => {
    const roles = deployment.filter(({ type }) => type === 'aws_iam_role').map(({ values }) => values.name);
    expect(new Set(roles).size).toBe(roles.length);
    // A task has one for its program and one for its start; the two state machines, the upload rule, the job-event rule and the flow log
    // have one each.
    const tasks = workloads().filter(({ kind }) => kind === 'tasks').length;
    expect(roles).toHaveLength(workloads().length + tasks + 5);
  });

  test('no statement allows a family of actions, or any resource where there are resources to name', () => {
    for (const { address, Action, Resource: resources } of statements()) {
      for (const action of listOf(Action)) {
        expect(`${address} ${action}`).not.toMatch(/\*/);
        if (listOf(resources).includes('*')) expect(action).toMatch(WITHOUT_RESOURCE);
      }
    }
  });

  test('every statement says what it is for', () => {
    for (const { Sid } of statements()) expect(Sid).toMatch(/^[A-Z][A-Za-z0-9]+$/);
    for (const { values } of policies()) {
      const sids = statementsOf(values.policy).map(({ Sid }) => Sid);
      expect(new Set(sids).size).toBe(sids.length);
    }
  });

  test('only the API may write where uploads start executions', () => {
    const writers = statements().filter(
      ({ Action, Resource: resources }) =>
        listOf(Action).some((action) => /^s3:(?:Put|Delete)/.test(action)) &&
        listOf(resources).some((arn) => arn.startsWith('arn:aws:s3:::media')),
    );
    expect(writers.map(({ address }) => address)).toEqual(['module.serve_api.aws_iam_role_policy.this']);
  });

  test('a role is handed only to tasks', () => {
    for (const { Action, Condition } of statements().filter(({ Action }) =>
      listOf(Action).includes('iam:PassRole'),
    ))
      expect({ Action, service: Condition?.StringEquals?.['iam:PassedToService'] }).toEqual({
        Action: ['iam:PassRole'],
        service: ['ecs-tasks.amazonaws.com'],
      });
  });

  test.each(['states', 'events', 'ecs-tasks', 'vpc-flow-logs'])(
    '%s can take our roles for this account only',
    (service) => {
      const trusts = deployment
        .filter(({ type }) => type === 'aws_iam_role')
        .flatMap(({ values }) => JSON.parse(values.assume_role_policy).Statement)
        .filter(({ Principal }) => Principal.Service === `${service}.amazonaws.com`);
      expect(trusts.length).toBeGreaterThan(0);
      for (const { Condition } of trusts) {
        expect(Condition.StringEquals['aws:SourceAccount']).toBe('210987654321');
        expect(JSON.stringify(Condition)).toContain('aws:SourceArn');
      }
    },
  );
});
