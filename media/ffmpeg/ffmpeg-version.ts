import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { MediaError } from '../../base/errors.ts';
import { BARE_ENVIRONMENT } from './ffmpeg-guards.ts';

/** Returns the version as ffmpeg prints it: `5.1.9-0+deb12u1`. */
export async function ffmpegVersion(): Promise<string> {
  const { stdout } = await promisify(execFile)('ffmpeg', ['-version'], { env: BARE_ENVIRONMENT }).catch(
    (cause) => {
      throw new MediaError('MissingResource', `ffmpeg cannot be started: ${cause.message}`, { cause });
    },
  );
  return /^ffmpeg version (\S+)/.exec(stdout)?.[1] ?? 'unknown';
}
