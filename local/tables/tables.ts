import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ListTablesCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { LOCAL_CLIENT } from '../endpoints.ts';
import { type Listening, listen } from '../http/listen.ts';
import type { Middleware } from '../http/middleware.ts';

export interface TablesOptions {
  directory: string;
  port?: number | undefined;
  tables: readonly CreateTableCommandInput[];
  wrap: Middleware;
}

/** Starts DynamoDB and creates missing tables. */
export async function startTables({ directory, port, tables, wrap }: TablesOptions): Promise<Listening> {
  const path = join(directory, 'dynamodb');
  mkdirSync(path, { recursive: true });
  const server = dynalite({ path, createTableMs: 0 });
  const listening = await listen(server, port);
  const client = new DynamoDBClient({ ...LOCAL_CLIENT, endpoint: listening.url });
  try {
    const { TableNames = [] } = await client.send(new ListTablesCommand({}));
    for (const table of tables) {
      if (table.TableName && !TableNames.includes(table.TableName))
        await client.send(new CreateTableCommand(table));
      const patience = { client, minDelay: 0.05, maxDelay: 0.2, maxWaitTime: 20 };
      await waitUntilTableExists(patience, { TableName: table.TableName });
    }
  } finally {
    client.destroy();
  }
  // Faults apply to calls of the product, not to creating the tables.
  wrap(server);
  return listening;
}
