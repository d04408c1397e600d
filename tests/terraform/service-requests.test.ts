import { beforeAll, expect, test } from '@jest/globals';
import { appliedBy, mockedDeployment, mockedTest, type Resource } from '../../scripts/mocked-deployment.ts';
import type { PolicyStatement } from '../../scripts/permissions/allowed-actions.ts';
import { type AccessRequest, allowedBy, type ServiceRequest } from '../support/policies/evaluate.ts';
import { policiesOf } from '../support/policies/policies.ts';
import { serviceRequests } from '../support/policies/service-requests.ts';
import { describeWithTerraform, PATIENCE } from './terraform.ts';

describeWithTerraform('requests of AWS services', () => {
  let deployment: Resource[];
  let policies: Map<string, PolicyStatement[]>;
  beforeAll(async () => {
    deployment = await mockedDeployment();
    policies = policiesOf(deployment);
  }, PATIENCE);

  const isAllowed = ({ policy, request }: ServiceRequest) =>
    allowedBy(policies.get(policy) ?? [], request).length > 0;

  test('all are allowed with the condition keys that AWS documents', () => {
    const requests = serviceRequests(deployment);
    expect(requests.length).toBeGreaterThan(100);
    expect(requests.filter((request) => !isAllowed(request)).map(({ what }) => what)).toEqual([]);
  });

  /** Requests with a source are refused from elsewhere; those without have no source to tell apart. */
  test('those that name a source are refused for another account and another source', () => {
    const elsewhere = (value: string) => value.replaceAll('210987654321', '123456789012');
    const others = serviceRequests(deployment)
      .filter(({ request: { service, context } }) => service && context)
      .map(({ request, ...rest }): ServiceRequest => {
        const context = Object.entries(request.context ?? {}).map(([key, value]) => [
          key,
          value.startsWith('arn:aws:s3:::') ? `${value}-of-another` : elsewhere(value),
        ]);
        return { ...rest, request: { ...request, context: Object.fromEntries(context) } };
      });
    expect(others.length).toBeGreaterThan(20);
    expect(others.filter(isAllowed).map(({ what }) => what)).toEqual([]);
  });

  /**
   * The console's bucket is encrypted by S3's own key, for which nobody needs a permission:
   * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
   */
  test(
    'CloudFront reads the console, for our distribution only',
    async () => {
      const resources = appliedBy(await mockedTest('console.tftest.hcl'));
      const statements = policiesOf(resources).get('aws_s3_bucket_policy.this["console"]') ?? [];
      const valuesOf = (wanted: string) => resources.find(({ address }) => address === wanted)?.values ?? {};
      const { arn: distribution } = valuesOf('aws_cloudfront_distribution.console[0]');
      const { arn: bucket } = valuesOf('aws_s3_bucket.console[0]');
      const read = (source: string): AccessRequest => ({
        ...{ service: 'cloudfront.amazonaws.com', action: 's3:GetObject', resource: `${bucket}/index.html` },
        context: { 'aws:SourceArn': source, 'aws:SecureTransport': 'true' },
      });
      expect(allowedBy(statements, read(distribution))).toHaveLength(1);
      expect(allowedBy(statements, read(`${distribution}-of-another`))).toEqual([]);
    },
    PATIENCE,
  );

  test.each<[string, string, AccessRequest]>([
    [
      'a call without TLS',
      'aws_sqs_queue_policy.undelivered',
      {
        ...{ service: 'events.amazonaws.com', action: 'sqs:SendMessage' },
        resource: 'arn:aws:sqs:eu-west-1:210987654321:mock',
        context: {
          'aws:SourceArn': 'arn:aws:events:eu-west-1:210987654321:rule/media-pipeline-job-event',
          'aws:SecureTransport': 'false',
        },
      },
    ],
    [
      'a rule of somebody else that would start executions',
      'aws_iam_role.start_execution',
      {
        ...{ service: 'events.amazonaws.com', action: 'sts:AssumeRole', resource: '*' },
        context: {
          'aws:SourceAccount': '210987654321',
          'aws:SourceArn': 'arn:aws:events:eu-west-1:210987654321:rule/other',
        },
      },
    ],
  ])('%s is refused', (_what, policy, request) => {
    expect(policies.get(policy)?.length).toBeGreaterThan(0);
    expect(isAllowed({ what: '', policy, request })).toBe(false);
  });
});
