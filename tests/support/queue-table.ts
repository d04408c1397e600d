import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { inBatches } from '../../base/in-batches.ts';
import { queueTable } from '../../core/queue/queue-table.ts';
import { LOCAL_CLIENT } from '../../local/endpoints.ts';

const TABLE = 'queue';

/** The queue table alone, in memory, and a count of the calls by command. */
export async function startQueueTable() {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({ ...LOCAL_CLIENT, endpoint });
  await client.send(new CreateTableCommand(queueTable(TABLE)));
  await waitUntilTableExists(
    { client, minDelay: 0.05, maxDelay: 0.2, maxWaitTime: 20 },
    { TableName: TABLE },
  );
  const table = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const calls: Record<string, number> = {};
  client.middlewareStack.add((next, { commandName = '' }) => (args) => {
    calls[commandName] = (calls[commandName] ?? 0) + 1;
    return next(args);
  });
  const items = async () => (await table.send(new ScanCommand({ TableName: TABLE }))).Items ?? [];
  return {
    table,
    name: TABLE,
    calls,
    items,
    clear: async () => {
      const keys = (await items()).map(({ pk, sk }) => ({ pk, sk }));
      await inBatches(keys, 25, (Key) => table.send(new DeleteCommand({ TableName: TABLE, Key })));
    },
    stop: async () => {
      client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
