import { parseArgs } from 'node:util';
import { type Command, UsageError } from './cli/command.ts';
import { COMMANDS } from './cli/commands.ts';

/** Runs one subcommand and returns its exit code: 0 done, 1 failed, 2 wrong usage. */
async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (!name || name === 'help' || name === '--help') {
    print(help());
    return name ? 0 : 2;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (!command)
    throw new UsageError(`Expected one of ${COMMANDS.map((known) => known.name).join(', ')}; got ${name}.`);
  if (rest.includes('--help')) {
    print(helpOf(command));
    return 0;
  }
  const { values, positionals } = parse(command, rest);
  return command.run({ values, positionals, json: values.json === true, print });
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

function help(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
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

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const wrongUsage = error instanceof UsageError;
  process.stderr.write(`${wrongUsage ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exitCode = wrongUsage ? 2 : 1;
}
