import { command as backfill } from './backfill.ts';
import { command as cancel } from './cancel.ts';
import type { Command } from './command.ts';
import { command as corpus } from './corpus.ts';
import { command as demo } from './demo.ts';
import { command as job } from './job.ts';
import { command as jobs } from './jobs.ts';
import { command as redrive } from './redrive.ts';
import { command as retry } from './retry.ts';
import { command as start } from './start.ts';
import { command as stats } from './stats.ts';

/** Every subcommand, in the order that `help` lists them. */
export const COMMANDS: readonly Command[] = [
  demo,
  start,
  corpus,
  jobs,
  job,
  retry,
  cancel,
  stats,
  redrive,
  backfill,
];
