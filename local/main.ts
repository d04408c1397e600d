import { COMMANDS } from '../cli/commands/commands.ts';
import { completionOf } from '../cli/commands/completion.ts';
import { runCommandLine } from '../cli/run-command-line.ts';
import { operatorAccess } from '../core/aws/operator-access.ts';
import { command as corpus } from './commands/corpus.ts';
import { command as demo } from './commands/demo.ts';
import { command as start } from './commands/start.ts';
import { command as stop } from './commands/stop.ts';

/** Entry point of `npm run cli`: the operator commands, and those that need the local cloud. */
const known = [demo, start, stop, corpus, ...COMMANDS];
const commands = [...known, completionOf(known)];

process.exitCode = await runCommandLine({ commands, aws: operatorAccess }, process.argv.slice(2));
