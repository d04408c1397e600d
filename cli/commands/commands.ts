import type { Command } from '../command.ts';
import { command as backfill } from './backfill.ts';
import { command as cancel } from './cancel.ts';
import { command as discard } from './discard.ts';
import { command as download } from './download.ts';
import { command as job } from './job.ts';
import { command as jobs } from './jobs.ts';
import { command as open } from './open.ts';
import { command as profile } from './profile.ts';
import { command as profileCheck } from './profile-check.ts';
import { command as profiles } from './profiles.ts';
import { command as redrive } from './redrive.ts';
import { command as rerender } from './rerender.ts';
import { command as retry } from './retry.ts';
import { command as stats } from './stats.ts';
import { command as upload } from './upload/upload.ts';
import { command as watermark } from './watermark.ts';
import { command as watermarks } from './watermarks.ts';
import { command as where } from './where.ts';

/** Subcommands that call the job API, in the order of `help`. */
export const COMMANDS: readonly Command[] = [
  upload,
  jobs,
  where,
  job,
  download,
  open,
  retry,
  cancel,
  stats,
  redrive,
  rerender,
  discard,
  backfill,
  profiles,
  profile,
  profileCheck,
  watermarks,
  watermark,
];
