import type { Config, SettingName } from '../../base/config.ts';
import type { Profile } from '../../media/profile/profile.ts';
import type { ProfileProblem } from './profile-check.ts';

export const BOUND_SETTINGS = [
  'MAX_PROFILE_IMAGES',
  'MAX_PROFILE_PIXELS',
  'MAX_PROFILE_EFFORT',
  'MAX_PROFILE_RENDITIONS',
  'MAX_PROFILE_BITRATE',
  'PROFILE_VIDEO_CODECS',
] as const satisfies readonly SettingName[];

/**
 * Returns what a profile asks for beyond what the operator allows, by field. Less than the schema
 * allows, which knows only what works at all: a profile costs time, memory and disk in every job.
 */
export function boundProblems(
  { image, video }: Profile,
  config: Config<(typeof BOUND_SETTINGS)[number]>,
): ProfileProblem[] {
  const problems: ProfileProblem[] = [];
  type Maximum = Exclude<(typeof BOUND_SETTINGS)[number], 'PROFILE_VIDEO_CODECS'>;
  const bound = (at: string, value: number, setting: Maximum, what: string) => {
    if (value > config[setting])
      problems.push({ at, detail: `expected at most ${config[setting]} ${what} (${setting}), got ${value}` });
  };
  bound('image/outputs', image.outputs.length, 'MAX_PROFILE_IMAGES', 'outputs');
  for (const [i, { fit, width = 0, height = 0, effort = 0 }] of image.outputs.entries()) {
    const at = `image/outputs/${i}`;
    // Others are no larger than the upload.
    if (fit !== 'inside') bound(`${at}/width`, width * height, 'MAX_PROFILE_PIXELS', 'pixels');
    bound(`${at}/effort`, effort, 'MAX_PROFILE_EFFORT', 'effort');
  }
  bound('video/renditions', video.renditions.length, 'MAX_PROFILE_RENDITIONS', 'renditions');
  const bitrate = video.renditions.reduce((sum, { maxBitrate }) => sum + maxBitrate, 0);
  bound('video/renditions', bitrate, 'MAX_PROFILE_BITRATE', 'bit/s of all renditions');
  const allowed = config.PROFILE_VIDEO_CODECS;
  for (const [i, { codec = 'h264' }] of video.renditions.entries())
    if (!allowed.includes(codec))
      problems.push({
        at: `video/renditions/${i}/codec`,
        detail: `expected one of ${allowed.join(', ')} (PROFILE_VIDEO_CODECS), got ${codec}`,
      });
  return problems;
}
