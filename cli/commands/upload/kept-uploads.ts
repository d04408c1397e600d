import { homedir } from 'node:os';
import { join } from 'node:path';
import { readIfPresent, replaceFile } from '../../../base/files.ts';

/** Multipart upload that a later run of the command can go on with. */
interface KeptUpload {
  uploadId: string;
  /** Epoch milliseconds. */
  startedAt: number;
}

/** The bucket's lifecycle rule aborts unfinished uploads after one day, plus the time until it runs. */
const LIFE = 2 * 24 * 3600_000;

/** Where programs keep such things: https://specifications.freedesktop.org/basedir-spec/latest/ */
const file = () =>
  join(
    process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state'),
    'media-pipeline',
    'unfinished-uploads.json',
  );

/** Returns the unfinished upload of exactly this, if there is one. */
export const keptUpload = (identity: string): string | undefined => read()[identity]?.uploadId;

export const keepUpload = (identity: string, uploadId: string): void =>
  write({ ...read(), [identity]: { uploadId, startedAt: Date.now() } });

export function dropUpload(identity: string): void {
  const { [identity]: _dropped, ...others } = read();
  write(others);
}

function read(): Record<string, KeptUpload> {
  let kept: Record<string, KeptUpload>;
  try {
    kept = JSON.parse(readIfPresent(file()) ?? '{}') as typeof kept;
  } catch {
    // Damaged: only what it would save is lost.
    return {};
  }
  return Object.fromEntries(
    Object.entries(kept).filter(([, { startedAt }]) => Date.now() - startedAt < LIFE),
  );
}

const write = (kept: Record<string, KeptUpload>) => replaceFile(file(), JSON.stringify(kept));
