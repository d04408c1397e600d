import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/**
 * Attributes projected into the indexes for lists and statistics; the rest is read by jobId. The
 * timeline is left out: it would double the cost of every write. Keep terraform/dynamodb.tf in
 * sync.
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

/** Attributes that reconcile-jobs needs to decide whether to read the full row. */
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

/** Defines the job table and its indexes for the local run and the tests. */
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
