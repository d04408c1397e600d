import type { VideoCodec } from '../../profile/video-profile.ts';
import { COLOR_TAGS } from '../color.ts';
import { ratio } from '../frame-rate.ts';
import type { VideoRendition } from '../ladder.ts';
import type { VideoPlan } from '../plan.ts';

const KEY_FRAME_SECONDS = 2;
/** So chosen that H.265 takes 1.4 times as long as H.264, and AV1 as long: 1080p with two cores. */
const PRESETS: Readonly<Record<VideoCodec, string>> = { h264: 'veryfast', hevc: 'superfast', av1: '10' };
const ENCODERS: Readonly<Record<VideoCodec, string>> = {
  h264: 'libx264',
  hevc: 'libx265',
  av1: 'libsvtav1',
};

export const encoderOf = ({ codec }: VideoRendition): string => ENCODERS[codec];

/** Arguments of the encoder of the rendition with this index. All have key frames at the same times. */
export function encoderArgs(plan: VideoPlan, rendition: VideoRendition, i: number): string[] {
  const { codec, crf, maxBitrate } = rendition;
  const v = streamOption(i);
  return [
    ...v('c', ENCODERS[codec]),
    ...v('preset', PRESETS[codec]),
    ...(codec === 'h264' ? v('profile', 'high') : []),
    ...v('crf', crf),
    ...v('maxrate', maxBitrate),
    ...v('bufsize', maxBitrate * 2),
    ...keyFrames(plan, rendition, i),
    ...PRIVATE[codec](plan, i),
    ...COLOR_TAGS.map((tag) => (tag.startsWith('-') ? `${tag}:v:${i}` : tag)),
  ];
}

const streamOption = (i: number) => (option: string, value: string | number) => [
  `-${option}:v:${i}`,
  `${value}`,
];

/**
 * Drops NAL units of type 6 (SEI): what some cameras write there, including the location, is not
 * image data, nor is x264's description of itself. Captions are.
 */
export const withoutSei = (i: number) => [`-bsf:v:${i}`, 'filter_units=remove_types=6'];

/** What keeps descriptions of the encoder, and private data of cameras, out of the packets. */
const PRIVATE: Readonly<Record<VideoCodec, (plan: VideoPlan, i: number) => string[]>> = {
  h264: ({ source }, i) => (source.video.hasClosedCaptions ? [] : withoutSei(i)),
  // `hvc1` has its parameters in the sample entry only, as HLS and Apple's players want.
  hevc: ({ threads }, i) => [
    ...[`-tag:v:${i}`, 'hvc1', `-bsf:v:${i}`, 'filter_units=remove_types=39-40', `-x265-params:v:${i}`],
    `log-level=error:info=0:scenecut=0:open-gop=0${threads > 0 ? `:pools=${threads}` : ''}`,
  ],
  av1: ({ threads }, i) => (threads > 0 ? [`-svtav1-params:v:${i}`, `lp=${threads}`] : []),
};

/**
 * Next to a copied rendition, keyframes must match the source's, and so must the reordering delay;
 * otherwise the segments would not align. SVT-AV1 cannot be told where to put one, but only after how
 * many frames; then all others follow.
 */
function keyFrames({ renditions, source, frameRate }: VideoPlan, { codec }: VideoRendition, i: number) {
  const v = streamOption(i);
  if (renditions.some((rendition) => rendition.codec !== 'h264')) {
    // At least as far apart as segments count on; a rate such as 29.97 is a little less than whole.
    const frames = Math.ceil(KEY_FRAME_SECONDS * ratio(frameRate) - 0.001);
    const only = codec === 'av1' ? [] : [...v('keyint_min', frames), ...v('sc_threshold', 0)];
    return [...v('g', frames), ...only];
  }
  if (!renditions.some((rendition) => rendition.isCopy))
    return v('force_key_frames', `expr:gte(t,n_forced*${KEY_FRAME_SECONDS})`);
  const { reorderedFrames } = source.video;
  const order = reorderedFrames === 0 ? v('bf', 0) : reorderedFrames === 1 ? v('b-pyramid', 'none') : [];
  return [...v('force_key_frames', 'source'), ...v('g', 9999), ...v('sc_threshold', 0), ...order];
}
