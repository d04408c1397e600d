import type { Command } from './command.ts';
import { command as demo } from './demo.ts';
import { command as start } from './start.ts';

/** Every subcommand, in the order that `help` lists them. */
export const COMMANDS: readonly Command[] = [demo, start];
