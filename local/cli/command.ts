import type { ParseArgsConfig } from 'node:util';

export interface CommandContext {
  /** Options as node:util's parseArgs gives them. */
  values: Record<string, string | boolean | string[] | undefined>;
  positionals: string[];
  /** Whether `--json` was given: print machine-readable output only. */
  json: boolean;
  /** Writes a line to standard output. */
  print: (line: string) => void;
}

/** One subcommand of the command line: a file in this folder, listed in local/main.ts. */
export interface Command {
  name: string;
  /** What follows the name, e.g. `JOB [--output NAME]`. */
  usage: string;
  summary: string;
  examples: string[];
  options: NonNullable<ParseArgsConfig['options']>;
  /** Returns the exit code: 0 done, 1 failed, 2 wrong usage. */
  run: (context: CommandContext) => Promise<number>;
}

/** Thrown for wrong usage: the message and the command's usage are printed, the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
