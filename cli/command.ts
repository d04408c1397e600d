import type { ParseArgsConfig } from 'node:util';
import type { AwsAccess } from './aws-access.ts';

export interface CommandContext {
  /** Options as node:util's parseArgs gives them. */
  values: Record<string, string | boolean | string[] | undefined>;
  positionals: string[];
  /** Whether `--json` was given: print machine-readable output only. */
  json: boolean;
  aws: AwsAccess;
  /** Writes a line to standard output. */
  print: (line: string) => void;
}

/** One subcommand of the command line: listed in commands.ts, or in local/main.ts where it needs the local cloud. */
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
