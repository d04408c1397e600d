import { beforeAll, expect, test } from '@jest/globals';
import type { EndedJob } from '../../core/lifecycle/announcements.ts';
import { eventPattern } from '../../local/events/event-pattern.ts';
import { mockedTest, type ResourceChange } from '../../scripts/mocked-deployment.ts';
import { describeWithTerraform, PATIENCE } from './terraform.ts';

/** Where a name must be unique: the partition's buckets, the account's roles, or the region's rest. */
type Scope = 'account' | 'region';

/**
 * The attribute that names a resource of each type, and where it must be unique. IAM, CloudFront and
 * Budgets are global; so are dashboards ("All dashboards in your account are global, not
 * region-specific": https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html,
 * read November 2026).
 */
const NAMES: Readonly<Record<string, readonly [attribute: string, unique: Scope]>> = {
  aws_apigatewayv2_api: ['name', 'region'],
  aws_budgets_budget: ['name', 'account'],
  aws_cloudfront_distribution: ['comment', 'account'],
  aws_cloudfront_function: ['name', 'account'],
  aws_cloudfront_origin_access_control: ['name', 'account'],
  aws_cloudfront_response_headers_policy: ['name', 'account'],
  aws_cloudwatch_dashboard: ['dashboard_name', 'account'],
  aws_cloudwatch_event_rule: ['name', 'region'],
  aws_cloudwatch_log_group: ['name', 'region'],
  aws_cloudwatch_metric_alarm: ['alarm_name', 'region'],
  aws_cloudwatch_query_definition: ['name', 'region'],
  aws_dynamodb_table: ['name', 'region'],
  aws_ecr_repository: ['name', 'region'],
  aws_ecs_cluster: ['name', 'region'],
  aws_ecs_task_definition: ['family', 'region'],
  aws_iam_role: ['name', 'account'],
  aws_kms_alias: ['name', 'region'],
  aws_lambda_function: ['function_name', 'region'],
  aws_s3_bucket: ['bucket', 'account'],
  aws_security_group: ['name', 'region'],
  aws_sfn_state_machine: ['name', 'region'],
  aws_sns_topic: ['name', 'region'],
  aws_sqs_queue: ['name', 'region'],
  aws_xray_group: ['group_name', 'region'],
  aws_xray_sampling_rule: ['rule_name', 'region'],
};
/** Named by AWS, or within a resource that is named above. */
const UNNAMED =
  /^aws_(?:apigatewayv2_(?:authorizer|integration|route|stage)|cloudwatch_(?:event_target|log_metric_filter)|default_security_group|ec[rs]_.*_(?:policy|providers)|flow_log|iam_role_policy|kms_key|lambda_(?:function_event_invoke_config|permission)|route_table(?:_association)?|s3_(?:bucket_.*|object)|s[nq]s_.*_policy|subnet|vpc(?:_endpoint)?)$/;

describeWithTerraform('two deployments in one account', () => {
  const plans: Record<string, ResourceChange[]> = {};
  beforeAll(async () => {
    for (const line of await mockedTest('side_by_side.tftest.hcl', 'tests/plans'))
      if (line.test_plan)
        plans[String(line['@testrun'])] = line.test_plan.resource_changes.filter(
          ({ mode }) => mode === 'managed',
        );
  }, PATIENCE);

  const names = (run: string, scopes: readonly Scope[]) =>
    (plans[run] ?? []).flatMap(({ type, change }) => {
      const [attribute, unique] = NAMES[type] ?? [];
      if (!attribute || !unique || !scopes.includes(unique)) return [];
      return [`${type} ${change.after[attribute]}`];
    });

  test('have a name of each resource, where its type has one', () => {
    const types = new Set(Object.values(plans).flatMap((changes) => changes.map(({ type }) => type)));
    expect([...types].filter((type) => !(type in NAMES) && !UNNAMED.test(type))).toEqual([]);
    const all = names('one', ['account', 'region']);
    expect(all.filter((name) => / (?:undefined|null)$/.test(name))).toEqual([]);
    expect(new Set(all).size).toBe(all.length);
  });

  test.each<[label: string, run: string, scopes: Scope[]]>([
    ['with two names in one region', 'same_region_with_a_longer_name', ['account', 'region']],
    ['with one name in two regions', 'same_name_in_another_region', ['account']],
  ])('%s share no name', (_, run, scopes) => {
    const taken = new Set(names('one', scopes));
    expect(taken.size).toBeGreaterThan(20);
    expect(names(run, scopes)).toHaveLength(taken.size);
    expect(names(run, scopes).filter((name) => taken.has(name))).toEqual([]);
  });

  test("have roles within IAM's limit of 64 characters", () => {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    const longest = Math.max(
      ...(plans.one ?? []).flatMap(({ type, change }) =>
        type === 'aws_iam_role' ? change.after.name.length : [],
      ),
    );
    // With the longest prefix that the state machine's role admits.
    expect(longest - 'media-pipeline-eu-west-1'.length + 34).toBeLessThanOrEqual(64);
  });

  test("publish their own jobs' events only", () => {
    const runs = Object.keys(plans);
    expect(runs).toHaveLength(3);
    const patternOf = (run: string) => {
      const rule = plans[run]?.find(
        ({ address }) => address === 'module.route_job_event.aws_cloudwatch_event_rule.this',
      );
      return eventPattern(JSON.parse(rule?.change.after.event_pattern));
    };
    const [name, longer] = ['media-pipeline', 'media-pipeline-b'];
    const machines = [
      `eu-west-1:210987654321:execution:${name}`,
      `eu-west-1:210987654321:execution:${longer}`,
      `us-east-1:210987654321:execution:${name}`,
    ];
    const events = machines.map((machine) => ({
      source: 'media-pipeline',
      'detail-type': 'Job Completed',
      detail: { executionArn: `arn:aws:states:${machine}:1` satisfies EndedJob['executionArn'] },
    }));
    const matches = runs.map((run) => events.map((event) => patternOf(run)(event)));
    expect(matches).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ]);
  });
});
