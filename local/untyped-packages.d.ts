declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface Options {
    /** Directory of the LevelDB store. Default: in memory. */
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }
  const dynalite: (options?: Options) => Server;

  export = dynalite;
}

declare module 'dynalite/db/index.js' {
  namespace database {
    type Item = Readonly<Record<string, unknown>>;
    type Operation = { type: 'put'; key: string; value: Item } | { type: 'del'; key: string };
    type Done = (error?: Error | null) => void;

    interface Index {
      IndexName: string;
    }
    interface Table {
      TableName: string;
      LocalSecondaryIndexes?: Index[];
      GlobalSecondaryIndexes?: Index[];
    }
    interface Level {
      batch: ((operations: Operation[], done: Done) => void) & ((operations: Operation[]) => Promise<void>);
      iterator: (range: { gte: string; lt: string; valueEncoding: 'utf8' }) => {
        all: () => Promise<[key: string, value: string][]>;
      };
    }
    interface Items {
      lock: (key: string, then: (release: (done: Done) => Done) => void) => void;
      get: (key: string, done: (error: Error | null | undefined, item?: Item) => void) => void;
    }
    interface Store {
      db: Level;
      getItemDb: (name: string) => Items;
      getTable: (
        name: string,
        checkStatus: boolean,
        done: (error: Error | null, table: Table) => void,
      ) => void;
    }
    interface IndexActions {
      puts: { index: string; key: string; item: Item }[];
      deletes: { index: string; key: string }[];
    }
  }
  const database: {
    create: (options?: object) => database.Store;
    capacityUnits: (item: database.Item | undefined, isRead: boolean) => number;
    createKey: (item: database.Item, table: database.Table) => string;
    getIndexActions: (
      indexes: database.Index[],
      before: database.Item | undefined,
      after: database.Item | undefined,
      table: database.Table,
    ) => database.IndexActions;
    updateIndexes: (
      store: database.Store,
      table: database.Table,
      before: database.Item | undefined,
      after: database.Item | null,
      done: database.Done,
    ) => void;
  };

  export = database;
}

declare module 'asl-validator' {
  interface Verdict {
    isValid: boolean;
    errorsText: (separator?: string) => string;
  }
  const validate: (definition: object, options?: { checkArn?: boolean; checkPaths?: boolean }) => Verdict;

  export = validate;
}
