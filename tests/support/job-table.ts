import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DeleteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import type { Job } from '../../core/jobs/job.ts';
import { JobStore } from '../../core/jobs/job-store.ts';
import { jobTable } from '../../core/jobs/job-table.ts';
import { LOCAL_CLIENT } from '../../local/endpoints.ts';

export const TABLE = 'jobs';

/** The job table alone, in memory, and a count of what is read of it. */
export async function startJobTable() {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({ ...LOCAL_CLIENT, endpoint });
  await client.send(new CreateTableCommand(jobTable(TABLE)));
  await waitUntilTableExists(
    { client, minDelay: 0.05, maxDelay: 0.2, maxWaitTime: 20 },
    { TableName: TABLE },
  );
  const table = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const reads = { calls: 0, rows: 0 };
  client.middlewareStack.add((next, { commandName = '' }) => async (args) => {
    const result = await next(args);
    const { ScannedCount } = result.output as { ScannedCount?: number };
    if (/^(Get|Query|Scan)/.test(commandName)) {
      reads.calls++;
      reads.rows += ScannedCount ?? 1;
    }
    return result;
  });

  const rows = async () => (await table.send(new ScanCommand({ TableName: TABLE }))).Items ?? [];

  return {
    table,
    jobs: new JobStore(table, TABLE),
    /** Calls and rows (those that filters leave out, too) that something reads. */
    countReads: async (work: () => Promise<unknown>) => {
      const before = { ...reads };
      await work();
      return { calls: reads.calls - before.calls, rows: reads.rows - before.rows };
    },
    insert: async (jobs: Iterable<Job>) => {
      let batch: Job[] = [];
      const write = async () => {
        const requests = batch.map((Item) => ({ PutRequest: { Item } }));
        batch = [];
        if (requests.length > 0)
          await table.send(new BatchWriteCommand({ RequestItems: { [TABLE]: requests } }));
      };
      for (const job of jobs) if (batch.push(job) === 25) await write();
      await write();
    },
    rows,
    clear: async () => {
      const Items = await rows();
      await Promise.all(
        Items.map(({ jobId }) => table.send(new DeleteCommand({ TableName: TABLE, Key: { jobId } }))),
      );
    },
    stop: async () => {
      client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
