import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { jobTable } from '../../../../core/job-table.ts';
import { LOCAL_CLIENT } from '../../../../local/endpoints.ts';
import type { Middleware } from '../../../../local/http/middleware.ts';
import { startTables } from '../../../../local/tables/tables.ts';

const TABLE = 'jobs';

/** Writes that are under way when the server closes; gives how many of them it had begun, and how many it answered. */
async function closeAmidWrites(pause: number): Promise<{ begun: number; answered: number }> {
  const directory = await mkdtemp(join(tmpdir(), 'closing-'));
  const count = { begun: 0, answered: 0 };
  const wrap: Middleware = (server) =>
    server.on('request', (_request, response) => {
      count.begun++;
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
  await sleep(pause);
  await tables.close();
  client.destroy();
  await Promise.all(writes);
  await rm(directory, { recursive: true, force: true });
  return count;
}

test('a server that closes answers the writes that it has begun', async () => {
  const counts: { begun: number; answered: number }[] = [];
  for (const pause of [5, 10, 15, 20, 30, 40, 60]) counts.push(await closeAmidWrites(pause));
  const begun = counts.map((count) => count.begun);
  process.stdout.write(`begun of 40 writes when closed: ${begun.join(', ')}\n`);
  expect(Math.max(...begun)).toBeGreaterThan(0);
  expect(counts.map((count) => count.answered)).toEqual(begun);
});
