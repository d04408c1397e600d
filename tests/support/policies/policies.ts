import type { Resource } from '../../../scripts/mocked-deployment.ts';
import type { PolicyStatement } from '../../../scripts/permissions/allowed-actions.ts';

/** Returns the statements of a resource's policy, by the resource's address. */
export function policiesOf(deployment: readonly Resource[]): Map<string, PolicyStatement[]> {
  const policies = deployment
    .filter(({ mode, type }) => mode === 'managed' && type in POLICY_OF)
    .map(({ address, type, values }): [string, PolicyStatement[]] => [
      address,
      POLICY_OF[type]?.(values) ?? [],
    ]);
  return new Map(policies);
}

const parsed = (policy: string | null | undefined): PolicyStatement[] =>
  policy ? (JSON.parse(policy) as { Statement: PolicyStatement[] }).Statement : [];

const POLICY_OF: Readonly<Record<string, (values: Resource['values']) => PolicyStatement[]>> = {
  aws_iam_role: ({ assume_role_policy }) => parsed(assume_role_policy),
  aws_iam_role_policy: ({ policy }) => parsed(policy),
  aws_s3_bucket_policy: ({ policy }) => parsed(policy),
  aws_sqs_queue_policy: ({ policy }) => parsed(policy),
  aws_sns_topic_policy: ({ policy }) => parsed(policy),
  aws_kms_key: ({ policy }) => parsed(policy),
  aws_lambda_permission: ({ statement_id, action, principal, source_arn }) => [
    {
      ...{ Sid: statement_id, Effect: 'Allow', Action: action, Principal: { Service: principal } },
      Condition: { ArnLike: { 'aws:SourceArn': source_arn } },
    },
  ],
};
