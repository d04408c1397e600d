import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { MediaError } from '../../base/errors.ts';
import { BARE_ENVIRONMENT } from './ffmpeg-guards.ts';

/** Throws `InvalidConfiguration` if this ffmpeg lacks one of the encoders. */
export async function assertEncoders(names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const args = ['-hide_banner', '-encoders'];
  const { stdout } = await promisify(execFile)('ffmpeg', args, { env: BARE_ENVIRONMENT });
  for (const name of names)
    if (!new RegExp(`^ V\\S+ ${name} `, 'm').test(stdout))
      throw new MediaError(
        'InvalidConfiguration',
        `Expected an ffmpeg with the encoder ${name}, which the profile's video.renditions need; this one lacks it.`,
      );
}
