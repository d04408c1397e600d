import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { RESOURCES } from '../resources.ts';

const key = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  { AttributeName: range, KeyType: 'RANGE' as const },
];
const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });

/** The one table, as Terraform makes it on AWS. */
export const JOB_TABLE: CreateTableCommandInput = {
  TableName: RESOURCES.jobTable,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['jobId', 'tenantId', 'createdAt', 'status', 'updatedAt', 'day'].map(text),
  KeySchema: [{ AttributeName: 'jobId', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    { IndexName: 'byTenant', KeySchema: key('tenantId', 'createdAt'), Projection: { ProjectionType: 'ALL' } },
    { IndexName: 'byStatus', KeySchema: key('status', 'updatedAt'), Projection: { ProjectionType: 'ALL' } },
    {
      IndexName: 'byDay',
      KeySchema: key('day', 'createdAt'),
      Projection: {
        ProjectionType: 'INCLUDE',
        NonKeyAttributes: [
          'status',
          'kind',
          'tenantId',
          'size',
          'finishedAt',
          'attempt',
          'expiresAt',
          'error',
        ],
      },
    },
  ],
};
