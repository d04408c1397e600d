import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ListTablesCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import database, { type Store } from 'dynalite/db/index.js';
import { replaceFile } from '../../base/files.ts';
import { LOCAL_CLIENT } from '../endpoints.ts';
import { type Listening, listen } from '../http/listen.ts';
import type { Middleware } from '../http/middleware.ts';
import { writeAtomically } from './atomic-writes.ts';
import { throttleItems } from './item-rates.ts';
import { repairIndexes } from './repair-indexes.ts';

export interface TablesOptions {
  directory: string;
  port?: number | undefined;
  tables: readonly CreateTableCommandInput[];
  /** Of the delays of the local cloud. Default: 1. */
  timeScale?: number;
  wrap: Middleware;
}

/** File that says that all writes to this directory are atomic. */
const REPAIRED = 'indexes-repaired';

/** Starts DynamoDB and creates missing tables. */
export async function startTables({
  directory,
  port,
  tables,
  timeScale = 1,
  wrap,
}: TablesOptions): Promise<Listening> {
  const path = join(directory, 'dynamodb');
  mkdirSync(path, { recursive: true });
  writeAtomically();
  const { server, store } = open(path);
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
    await repairOnce(join(directory, REPAIRED), store, tables);
  } finally {
    client.destroy();
  }
  for (const { TableName } of tables) if (TableName) throttleItems(store, TableName, timeScale);
  // Faults apply to calls of the product, not to creating the tables.
  wrap(server);
  return listening;
}

/** Repairs a directory from before writes were atomic, once: 10,000 rows take 0.7 s. */
async function repairOnce(file: string, store: Store, tables: TablesOptions['tables']): Promise<void> {
  if (existsSync(file)) return;
  for (const { TableName } of tables) if (TableName) await repairIndexes(store, TableName);
  replaceFile(file, '');
}

/** Creates a server and returns its store too, which dynalite keeps to itself. */
function open(path: string): { server: ReturnType<typeof dynalite>; store: Store } {
  const { create } = database;
  const stores: Store[] = [];
  database.create = (options) => {
    const store = create(options);
    stores.push(store);
    return store;
  };
  try {
    const server = dynalite({ path, createTableMs: 0 });
    const [store] = stores;
    if (!store) throw new Error('Expected dynalite to create a store, got none');
    return { server, store };
  } finally {
    database.create = create;
  }
}
