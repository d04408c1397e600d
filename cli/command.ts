import type { ParseArgsConfig } from 'node:util';
import type { AwsAccess } from './aws-access.ts';

export interface CommandContext {
  /** Options as returned by `parseArgs` of node:util. */
  values: Record<string, string | boolean | string[] | undefined>;
  positionals: string[];
  /** Set by `--json`: print machine-readable output only. */
  json: boolean;
  aws: AwsAccess;
  /** Writes a line to standard output. */
  print: (line: string) => void;
}

/**
 * Subcommand of the CLI, listed in commands.ts, or in local/main.ts if it needs the local cloud.
 */
export interface Command {
  name: string;
  /** Arguments after the name, e.g. `JOB [--output NAME]`. */
  usage: string;
  summary: string;
  examples: string[];
  options: NonNullable<ParseArgsConfig['options']>;
  /** Returns the exit code: 0 success, 1 failure, 2 wrong usage. */
  run: (context: CommandContext) => Promise<number>;
}

/** Thrown for wrong usage: the message and the command's usage are printed, the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
