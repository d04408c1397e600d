import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from '@jest/globals';
import database from 'dynalite/db/index.js';
import { jobTable } from '../../../../core/jobs/job-table.ts';
import { LOCAL_CLIENT } from '../../../../local/endpoints.ts';
import { startTables } from '../../../../local/tables/tables.ts';

const TableName = 'jobs';
const KEY = { jobId: { S: 'job_1' } };
const ROW = {
  ...KEY,
  tenantId: { S: 'acme' },
  status: { S: 'PROCESSING' },
  createdAt: { S: '2025' },
  updatedAt: { S: '2025' },
  day: { S: '2025-01-02' },
};

const { create } = database;
afterEach(() => {
  database.create = create;
});

/** Tables whose disk takes so many writes and refuses the rest, as if the process were killed then. */
async function setup({ directory = '', writes = Number.POSITIVE_INFINITY } = {}) {
  const folder = directory || (await mkdtemp(join(tmpdir(), 'indexes-')));
  let left = Number.POSITIVE_INFINITY;
  database.create = (options) => {
    const store = create(options);
    const db = store.db as unknown as Record<string, (...parameters: unknown[]) => unknown>;
    for (const method of ['put', 'del', 'batch']) {
      const write = db[method] as (...parameters: unknown[]) => unknown;
      db[method] = (...parameters) => {
        const done = parameters.at(-1) as (error: Error) => void;
        // dynalite ends the process at any other error.
        const killed = Object.assign(new Error('killed'), { statusCode: 500, body: { message: 'killed' } });
        return left-- > 0 ? write(...parameters) : void setImmediate(done, killed);
      };
    }
    return store;
  };
  const tables = await startTables({
    directory: folder,
    tables: [jobTable(TableName)],
    wrap: () => undefined,
  });
  const client = new DynamoDBClient({ ...LOCAL_CLIENT, endpoint: tables.url, maxAttempts: 1 });
  left = writes;
  const scan = async (IndexName?: string) =>
    ((await client.send(new ScanCommand({ TableName, IndexName }))).Items ?? []).map(
      ({ jobId, status, updatedAt }) => [
        jobId?.S,
        ...(IndexName === 'byStatus' ? [status?.S, updatedAt?.S] : []),
      ],
    );
  return {
    directory: folder,
    client,
    /** The rows of the table, and those of each index. */
    rows: async () => {
      const { Items = [] } = await client.send(new ScanCommand({ TableName }));
      const items = Items.map(({ jobId, status, updatedAt }) => [jobId?.S, status?.S, updatedAt?.S]);
      return {
        items,
        byTenant: await scan('byTenant'),
        byStatus: await scan('byStatus'),
        byDay: await scan('byDay'),
      };
    },
    close: async () => {
      client.destroy();
      await tables.close();
    },
  };
}

/** Creates, changes and deletes a row, until a write is refused. */
async function work(client: DynamoDBClient): Promise<void> {
  await client.send(new PutItemCommand({ TableName, Item: ROW }));
  await client.send(
    new UpdateItemCommand({
      TableName,
      Key: KEY,
      UpdateExpression: 'SET #status = :status, updatedAt = :at',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':status': { S: 'COMPLETED' }, ':at': { S: '2026' } },
    }),
  );
  await client.send(new DeleteItemCommand({ TableName, Key: KEY }));
}

describe('a process that is killed', () => {
  const SOME = Array.from({ length: 14 }, (_, i) => i);
  test.each(SOME)('after %d writes leaves indexes that match the table', async (writes) => {
    const killed = await setup({ writes });
    await work(killed.client).catch(() => undefined);
    const left = await killed.rows();
    await killed.close();
    const { rows, close, directory } = await setup({ directory: killed.directory });
    expect(await rows()).toEqual(left);
    const ids = left.items.map(([id]) => [id]);
    expect(left).toEqual({ items: left.items, byStatus: left.items, byTenant: ids, byDay: ids });
    await close();
    await rm(directory, { recursive: true });
  });
});

test('entries without an item and items without an entry, from earlier, are corrected at the start', async () => {
  const before = await setup();
  await before.client.send(new PutItemCommand({ TableName, Item: ROW }));
  const expected = await before.rows();
  await before.close();
  const { db } = create({ path: join(before.directory, 'dynamodb') }) as unknown as {
    db: {
      keys: () => AsyncIterable<string>;
      get: (key: string) => Promise<object>;
      put: (key: string, value: object) => Promise<void>;
      del: (key: string) => Promise<void>;
      close: () => Promise<void>;
    };
  };
  const keys: string[] = [];
  for await (const key of db.keys()) keys.push(key);
  const keyOf = (index: string) =>
    keys.find((key) => key.startsWith(`index-global~${TableName}~${index}~`)) ?? '';
  await db.del(keyOf('byTenant'));
  await db.put(`${keyOf('byStatus')}f`, { ...ROW, jobId: { S: 'ghost' } });
  await db.put(keyOf('byDay'), { ...ROW, size: { N: '1' } });
  await db.close();
  await rm(join(before.directory, 'indexes-repaired'));
  const after = await setup({ directory: before.directory });
  expect(await after.rows()).toEqual(expected);
  await after.close();
  await rm(before.directory, { recursive: true });
});
