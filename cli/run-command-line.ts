import { parseArgs } from 'node:util';
import type { AwsAccess } from './aws-access.ts';
import { type Command, UsageError } from './command.ts';

export interface CommandLine {
  /** Commands in the order of `help`. */
  commands: readonly Command[];
  aws: AwsAccess;
}

/**
 * Runs one subcommand, prints errors to standard error, and returns the exit code: 0 success, 1
 * failure, 2 wrong usage.
 */
export async function runCommandLine(line: CommandLine, argv: readonly string[]): Promise<number> {
  try {
    return await run(line, argv);
  } catch (error) {
    const wrongUsage = error instanceof UsageError;
    process.stderr.write(`${wrongUsage ? error.message : ((error as Error).stack ?? String(error))}\n`);
    return wrongUsage ? 2 : 1;
  }
}

async function run({ commands, aws }: CommandLine, argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (!name || name === 'help' || name === '--help') {
    print(help(commands));
    return name ? 0 : 2;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command)
    throw new UsageError(`Expected one of ${commands.map((known) => known.name).join(', ')}, got ${name}.`);
  if (rest.includes('--help')) {
    print(helpOf(command));
    return 0;
  }
  const { values, positionals } = parse(command, rest);
  return command.run({ values, positionals, json: values.json === true, print, aws });
}

function parse(command: Command, args: string[]) {
  try {
    return parseArgs({
      args,
      options: { ...command.options, json: { type: 'boolean' } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${helpOf(command)}`);
  }
}

function help(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return ['Usage: npm run cli -- COMMAND [--json] [--help]', '', ...lines].join('\n');
}

function helpOf({ name, usage, summary, examples }: Command): string {
  return [
    `Usage: npm run cli -- ${name} ${usage}`.trim(),
    '',
    summary,
    '',
    ...examples.map((example) => `  ${example}`),
  ].join('\n');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
