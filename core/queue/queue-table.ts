import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/**
 * Defines the queue table for the local run and the tests; terraform/dynamodb.tf defines the same.
 * Items by `pk` and `sk`, where `{queue}` is a QueueName and `{name}` the name of an execution:
 *
 * | pk | sk | item |
 * | --- | --- | --- |
 * | `{queue}#slots` | `0000` … | a taken slot: who holds it, since when |
 * | `{queue}#slots` | `policy` | QueuePolicy, the mean time that a slot is held, the last count of the line, since when it is full |
 * | `{queue}#line` | `{tenant}#{since}#{name}` | a waiting job |
 * | `{queue}#shares` | `{tenant}` | a tenant with waiting jobs: what it got so far, by its weight |
 * | `{queue}#parked` | `{name}#{hash of the token}` | a task that waits in its own state, which needs heartbeats |
 * | `ticket#{name}` | `{queue}#{hash of the token}` | task token of a job that waits, or waited |
 * | `api#waiting` | `0000` … | a request that waits for a change (lambdas/serve-api/waiting) |
 *
 * Small items: a line of 10,000 jobs has about 1.5 MB, since the tokens stand apart.
 */
export function queueTable(TableName: string): CreateTableCommandInput {
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  };
}
