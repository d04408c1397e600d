/** Names that terraform/tests/mocks give to what a policy refers to. */
export const ACCOUNT = '210987654321';
export const REGION = 'eu-west-1';
export const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/data`;
export const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

/** Condition keys of a request on behalf of a resource of ours. */
export const from = (sourceArn: string) => ({ 'aws:SourceArn': sourceArn, 'aws:SourceAccount': ACCOUNT });
