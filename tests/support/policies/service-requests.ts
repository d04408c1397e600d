import type { Resource } from '../../../scripts/mocked-deployment.ts';
import type { ServiceRequest } from './evaluate.ts';
import { ACCOUNT, arn, from, KEY, REGION } from './mocked-names.ts';
import { runtimeRequests } from './runtime-requests.ts';

const RULES = [
  'object-created',
  'object-deleted',
  'execution-status',
  'task-stopped',
  'job-event',
  'reconcile-jobs',
];

/**
 * Returns every request that AWS services make by themselves, with the condition keys that AWS
 * documents for it (read on 2026-11-27). A key that the documents do not promise is absent: a
 * condition on it would refuse the request. S3 needs no permission to send events to EventBridge:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
 */
export function serviceRequests(deployment: readonly Resource[]): ServiceRequest[] {
  return [
    ...eventBridge(),
    ...lambdaPermissions(deployment),
    ...notifications(),
    ...logs(),
    ...runtimeRequests(deployment),
    ...identities(),
  ];
}

function eventBridge(): ServiceRequest[] {
  const service = 'events.amazonaws.com';
  const rule = (name: string) => arn('events', `rule/media-pipeline-${name}`);
  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html */
  const takes = (role: string, name: string): ServiceRequest => ({
    what: `the rule ${name} takes its role`,
    policy: `aws_iam_role.${role}`,
    request: { service, action: 'sts:AssumeRole', resource: '*', context: from(rule(name)) },
  });
  const viaSns = { 'kms:ViaService': `sns.${REGION}.amazonaws.com` };
  return [
    takes('start_execution', 'object-created'),
    takes('publish_job_event', 'job-event'),
    {
      what: 'an upload starts an execution',
      policy: 'aws_iam_role_policy.start_execution',
      request: { action: 'states:StartExecution', resource: arn('states', 'stateMachine:media-pipeline') },
    },
    {
      what: 'a job event is published',
      policy: 'aws_iam_role_policy.publish_job_event',
      request: { action: 'sns:Publish', resource: arn('sns', 'mock') },
    },
    ...['kms:GenerateDataKey', 'kms:Decrypt'].map((action) => ({
      what: `a job event is encrypted (${action})`,
      policy: 'aws_iam_role_policy.publish_job_event',
      request: { action, resource: KEY, context: viaSns },
    })),
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    ...RULES.map((name) => ({
      what: `an event that ${name} could not deliver is kept`,
      policy: 'aws_sqs_queue_policy.undelivered',
      request: {
        ...{ service, action: 'sqs:SendMessage', resource: arn('sqs', 'mock') },
        context: { ...from(rule(name)), 'aws:SecureTransport': 'true' },
      },
    })),
    // SQS's guide gives the statement for EventBridge without a condition, and SNS's guide says that
    // conditions on the source are not supported for EventBridge:
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    ...['kms:GenerateDataKey', 'kms:Decrypt'].map((action) => ({
      what: `an undelivered event is encrypted (${action})`,
      policy: 'aws_kms_key.data',
      request: { service, action, resource: KEY },
    })),
  ];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
function lambdaPermissions(deployment: readonly Resource[]): ServiceRequest[] {
  const invoked = deployment.filter(({ type }) => type === 'aws_lambda_permission');
  return invoked.map(({ address, values }) => {
    const isApi = values.principal === 'apigateway.amazonaws.com';
    // The mocked provider gives all rules and APIs the same name.
    const source = isApi ? arn('execute-api', 'mock/$default/GET/jobs') : arn('events', 'rule/mock');
    return {
      what: `${isApi ? 'API Gateway' : 'EventBridge'} invokes ${values.function_name}`,
      policy: address,
      request: {
        ...{ service: isApi ? 'apigateway.amazonaws.com' : 'events.amazonaws.com' },
        ...{ action: 'lambda:InvokeFunction', resource: '*', context: { 'aws:SourceArn': source } },
      },
    };
  });
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
function identities(): ServiceRequest[] {
  const request = { account: ACCOUNT, action: 'kms:Decrypt', resource: KEY };
  return [{ what: 'the policies of roles decide about the key', policy: 'aws_kms_key.data', request }];
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services */
function notifications(): ServiceRequest[] {
  const sources = {
    'cloudwatch.amazonaws.com': arn('cloudwatch', 'alarm:media-pipeline-failed-jobs'),
    'budgets.amazonaws.com': `arn:aws:budgets::${ACCOUNT}:media-pipeline`,
  };
  return Object.entries(sources).flatMap(([service, source]) => [
    {
      what: `${service} tells the operator`,
      policy: 'aws_sns_topic_policy.alarms',
      request: { service, action: 'sns:Publish', resource: arn('sns', 'mock'), context: from(source) },
    },
    ...['kms:GenerateDataKey', 'kms:Decrypt'].map((action) => ({
      what: `${service} encrypts what it tells (${action})`,
      policy: 'aws_kms_key.data',
      request: { service, action, resource: KEY, context: from(source) },
    })),
  ]);
}

function logs(): ServiceRequest[] {
  const logGroup = {
    'kms:EncryptionContext:aws:logs:arn': arn('logs', 'log-group:/aws/lambda/media-pipeline-serve-api'),
  };
  return [
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    ...['Encrypt', 'Decrypt', 'ReEncryptTo', 'GenerateDataKey', 'DescribeKey'].map((name) => ({
      what: `CloudWatch Logs encrypts a log (${name})`,
      policy: 'aws_kms_key.data',
      request: {
        ...{ service: `logs.${REGION}.amazonaws.com`, action: `kms:${name}`, resource: KEY },
        context: logGroup,
      },
    })),
    // https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
    {
      what: 'the log of the executions is delivered',
      policy: 'aws_kms_key.data',
      request: {
        ...{ service: 'delivery.logs.amazonaws.com', action: 'kms:Decrypt', resource: KEY },
        context: { 'kms:EncryptionContext:SourceArn': arn('logs', '*') },
      },
    },
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    ...['media', 'output'].map((bucket) => ({
      what: `S3 writes the access log of ${bucket}`,
      policy: 'aws_s3_bucket_policy.this["logs"]',
      request: {
        ...{
          service: 'logging.s3.amazonaws.com',
          action: 's3:PutObject',
          resource: `arn:aws:s3:::mock/${bucket}/2026`,
        },
        context: { ...from(`arn:aws:s3:::${bucket}`), 'aws:SecureTransport': 'true' },
      },
    })),
    // https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    {
      what: 'the flow log takes its role',
      policy: 'aws_iam_role.flow_log',
      request: {
        ...{ service: 'vpc-flow-logs.amazonaws.com', action: 'sts:AssumeRole', resource: '*' },
        context: from(arn('ec2', 'vpc-flow-log/fl-1')),
      },
    },
    ...['CreateLogStream', 'PutLogEvents', 'DescribeLogStreams'].map((name) => ({
      what: `the flow log is written (${name})`,
      policy: 'aws_iam_role_policy.flow_log',
      request: { action: `logs:${name}`, resource: arn('logs', 'log-group:mock:log-stream:eni-1') },
    })),
  ];
}
