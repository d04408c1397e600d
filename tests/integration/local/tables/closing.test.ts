import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { jobTable } from '../../../../core/jobs/job-table.ts';
import { LOCAL_CLIENT } from '../../../../local/endpoints.ts';
import type { Middleware } from '../../../../local/http/middleware.ts';
import { startTables } from '../../../../local/tables/tables.ts';

const TABLE = 'jobs';

/** Closes the server when it has begun so many of 40 writes; gives how many of them it began in all, and how many it answered. */
async function closeAmidWrites(soMany: number): Promise<{ begun: number; answered: number }> {
  const directory = await mkdtemp(join(tmpdir(), 'closing-'));
  const count = { begun: 0, answered: 0 };
  const { promise: amid, resolve } = Promise.withResolvers<void>();
  const wrap: Middleware = (server) =>
    server.on('request', (_request, response) => {
      if (++count.begun === soMany) resolve();
      response.once('finish', () => count.answered++);
    });
  const tables = await startTables({ directory, tables: [jobTable(TABLE)], wrap });
  const client = new DynamoDBClient({ ...LOCAL_CLIENT, endpoint: tables.url, maxAttempts: 1 });
  const writes = Array.from({ length: 40 }, (_, i) =>
    client
      .send(
        new UpdateItemCommand({
          TableName: TABLE,
          Key: { jobId: { S: `job ${i}` } },
          UpdateExpression: 'SET tenantId = :tenant, createdAt = :now, #status = :status, updatedAt = :now',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: {
            ':tenant': { S: 'acme' },
            ':now': { S: 'now' },
            ':status': { S: 'PROCESSING' },
          },
        }),
      )
      .catch(() => undefined),
  );
  await amid;
  await tables.close();
  client.destroy();
  await Promise.all(writes);
  await rm(directory, { recursive: true, force: true });
  return count;
}

test('a server that closes answers the writes that it has begun', async () => {
  const counts: { begun: number; answered: number }[] = [];
  for (const soMany of [1, 5, 10, 20, 40]) counts.push(await closeAmidWrites(soMany));
  const begun = counts.map((count) => count.begun);
  expect(counts.map((count) => count.answered)).toEqual(begun);
});
