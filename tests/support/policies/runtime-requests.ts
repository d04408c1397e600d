import { workloads } from '../../../scripts/build/workloads.ts';
import type { Resource } from '../../../scripts/mocked-deployment.ts';
import { keepsFailures } from '../../../scripts/permissions/compare.ts';
import type { ServiceRequest } from './evaluate.ts';
import { ACCOUNT, arn, from, KEY, REGION } from './mocked-names.ts';

/**
 * Returns the requests of what runs our code: Step Functions, Lambda and ECS, in the roles that they
 * take.
 */
export const runtimeRequests = (deployment: readonly Resource[]): ServiceRequest[] => [
  ...pipeline(),
  ...backfill(),
  ...functions(deployment),
  ...tasks(),
];

/** Requests of each state machine. `role`: its Terraform name. */
function ofStateMachine(
  name: string,
  role: string,
  requests: (may: MayInContext) => ServiceRequest[],
): ServiceRequest[] {
  const may: MayInContext = (what, action, resource, context = {}) => ({
    ...{ what: `an execution of ${name} ${what} (${action})`, policy: `aws_iam_role_policy.${role}` },
    request: { action, resource, context },
  });
  return [
    // https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
    {
      ...{ what: `${name} takes its role`, policy: `aws_iam_role.${role}` },
      request: {
        ...{ service: 'states.amazonaws.com', action: 'sts:AssumeRole', resource: '*' },
        context: from(arn('states', `stateMachine:${name}`)),
      },
    },
    may('invokes a function', 'lambda:InvokeFunction', arn('lambda', 'function:mock')),
    ...requests(may),
    // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    may('encrypts its log', 'kms:GenerateDataKey', KEY, {
      'kms:EncryptionContext:SourceArn': arn('logs', '*'),
    }),
    ...['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries']
      .concat('PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups')
      .map((verb) => may('delivers its log', `logs:${verb}`, '*')),
    // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
    ...['PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets'].map((verb) =>
      may('is traced', `xray:${verb}`, '*'),
    ),
  ];
}

type MayInContext = (
  what: string,
  action: string,
  resource: string,
  context?: Record<string, string>,
) => ServiceRequest;

/** https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html */
const backfill = (): ServiceRequest[] =>
  ofStateMachine('media-pipeline-backfill', 'backfill', (may) => [
    may('lists uploads', 's3:ListBucket', 'arn:aws:s3:::media', { 's3:prefix': 'tenants/acme/' }),
    may('starts a batch', 'states:StartExecution', arn('states', 'stateMachine:media-pipeline-backfill')),
    may('follows itself', 'states:DescribeExecution', arn('states', 'execution:media-pipeline-backfill:x')),
    may(
      ...(['redrives a batch', 'states:RedriveExecution'] as const),
      arn('states', 'execution:media-pipeline-backfill/Batches:x'),
    ),
  ]);

function pipeline(): ServiceRequest[] {
  const task = arn('ecs', 'task/media-pipeline/0123456789abcdef');
  return ofStateMachine('media-pipeline', 'state_machine', (may) => [
    // https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
    may('runs a task', 'ecs:RunTask', arn('ecs', 'task-definition/mock:7'), {
      'ecs:cluster': arn('ecs', 'cluster/mock'),
    }),
    may('tags a task', 'ecs:TagResource', task, { 'ecs:CreateAction': 'RunTask' }),
    may('hands a task its role', 'iam:PassRole', `arn:aws:iam::${ACCOUNT}:role/mock`, {
      'iam:PassedToService': 'ecs-tasks.amazonaws.com',
    }),
    may('completes a job', 'dynamodb:UpdateItem', arn('dynamodb', 'table/mock')),
    may('reads what DynamoDB encrypted', 'kms:Decrypt', KEY, {
      'kms:ViaService': `dynamodb.${REGION}.amazonaws.com`,
    }),
    may('announces a job', 'events:PutEvents', arn('events', 'event-bus/default'), {
      'events:source': 'media-pipeline',
    }),
  ]);
}

/** Requests of each workload of a kind. `module`: address of its Terraform module. */
function ofWorkloads(
  kind: 'lambdas' | 'tasks',
  requests: (workload: { name: string; module: string; may: May }) => ServiceRequest[],
  policy: string,
): ServiceRequest[] {
  return workloads()
    .filter((workload) => workload.kind === kind)
    .flatMap(({ name }) => {
      const module = `module.${name.replaceAll('-', '_')}`;
      const may: May = (action, resource) => ({
        what: `${name} runs (${action})`,
        policy: `${module}.aws_iam_role_policy.${policy}`,
        request: { action, resource },
      });
      return requests({ name, module, may });
    });
}

type May = (action: string, resource: string) => ServiceRequest;

const ownLog = (may: May): ServiceRequest[] =>
  ['CreateLogStream', 'PutLogEvents'].map((verb) =>
    may(`logs:${verb}`, arn('logs', 'log-group:mock:log-stream:x')),
  );

const functions = (deployment: readonly Resource[]): ServiceRequest[] =>
  ofWorkloads(
    'lambdas',
    ({ name, module, may }) => [
      // https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
      {
        what: `${name} takes its role`,
        policy: `${module}.aws_iam_role.this`,
        request: { service: 'lambda.amazonaws.com', action: 'sts:AssumeRole', resource: '*' },
      },
      ...ownLog(may),
      // https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
      ...['PutTraceSegments', 'PutTelemetryRecords'].map((verb) => may(`xray:${verb}`, '*')),
      // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
      ...(keepsFailures(deployment, module) ? [may('sqs:SendMessage', arn('sqs', 'mock'))] : []),
    ],
    'this',
  );

const tasks = (): ServiceRequest[] =>
  ofWorkloads(
    'tasks',
    ({ name, module, may }) => [
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
      ...['execution', 'task'].map((role) => ({
        what: `${name} takes its ${role} role`,
        policy: `${module}.aws_iam_role.${role}`,
        request: {
          ...{ service: 'ecs-tasks.amazonaws.com', action: 'sts:AssumeRole', resource: '*' },
          context: from(arn('ecs', '*')),
        },
      })),
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
      may('ecr:GetAuthorizationToken', '*'),
      ...['BatchCheckLayerAvailability', 'GetDownloadUrlForLayer', 'BatchGetImage'].map((verb) =>
        may(`ecr:${verb}`, arn('ecr', 'repository/mock')),
      ),
      ...ownLog(may),
    ],
    'execution',
  );
