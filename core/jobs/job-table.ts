import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/**
 * What lists and statistics show of a job; the rest is read by id. The timeline stays out: it would double the price of every write.
 * terraform/dynamodb.tf repeats these.
 */
export const SUMMARY_ATTRIBUTES = [
  'tenantId',
  'userId',
  'key',
  'size',
  'kind',
  'status',
  'attempt',
  'createdAt',
  'updatedAt',
  'finishedAt',
  'progress',
  'error',
  'outputCount',
  'expiresAt',
] as const;

/** What reconcile-jobs needs to know whether a row is worth a closer look. */
export const STATUS_ATTRIBUTES = ['attempt', 'notifiedAttempt', 'outputsRemovedAt', 'expiresAt'] as const;

const index = (IndexName: string, hash: string, range: string, attributes: readonly string[]) => ({
  IndexName,
  KeySchema: [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ],
  Projection: {
    ProjectionType: 'INCLUDE' as const,
    NonKeyAttributes: attributes.filter((name) => name !== hash && name !== range),
  },
});

/** The job table and its indexes, as the local run and the tests create it. */
export function jobTable(TableName: string): CreateTableCommandInput {
  const keys = ['jobId', 'tenantId', 'createdAt', 'status', 'updatedAt', 'day'];
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [{ AttributeName: 'jobId', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      index('byTenant', 'tenantId', 'createdAt', SUMMARY_ATTRIBUTES),
      index('byStatus', 'status', 'updatedAt', STATUS_ATTRIBUTES),
      index('byDay', 'day', 'createdAt', SUMMARY_ATTRIBUTES),
    ],
  };
}
