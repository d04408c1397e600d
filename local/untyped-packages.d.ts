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

declare module 'asl-validator' {
  interface Verdict {
    isValid: boolean;
    errorsText: (separator?: string) => string;
  }
  const validate: (definition: object, options?: { checkArn?: boolean; checkPaths?: boolean }) => Verdict;

  export = validate;
}
