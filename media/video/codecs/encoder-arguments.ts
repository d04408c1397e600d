import type { VideoCodec } from '../../profile/video-profile.ts';
import { COLOR_TAGS } from '../color.ts';
import { ratio } from '../frame-rate.ts';
import type { VideoRendition } from '../ladder.ts';
import type { VideoPlan } from '../plan.ts';

export const KEY_FRAME_SECONDS = 2;
/** So chosen that H.265 takes 1.4 times as long as H.264, and AV1 as long: 1080p with two cores. */
const PRESETS: Readonly<Record<VideoCodec, string>> = { h264: 'veryfast', hevc: 'superfast', av1: '10' };
const ENCODERS: Readonly<Record<VideoCodec, string>> = {
  h264: 'libx264',
  hevc: 'libx265',
  av1: 'libsvtav1',
};

export const encoderOf = ({ codec }: VideoRendition): string => ENCODERS[codec];

/** A part of the whole. */
interface Part {
  /** Frames and placed key frames before it. */
  fromFrame: number;
  keyFramesBefore: number;
  /** Bitstream filters for its packets. */
  filters: readonly string[];
}

/** Arguments of the encoder of the rendition with this index. All have key frames at the same times. */
export function encoderArgs(plan: VideoPlan, rendition: VideoRendition, i: number, part?: Part): string[] {
  const { codec, crf, maxBitrate } = rendition;
  const v = streamOption(i);
  return [
    ...v('c', ENCODERS[codec]),
    ...v('preset', PRESETS[codec]),
    ...(codec === 'h264' ? v('profile', 'high') : []),
    ...v('crf', crf),
    ...v('maxrate', maxBitrate),
    ...v('bufsize', maxBitrate * 2),
    ...keyFrames(plan, rendition, i, part),
    ...PRIVATE[codec](plan, i),
    ...bitstreamFilters(plan, codec, i, part?.filters),
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
export const withoutSei = (i: number) => [`-bsf:v:${i}`, WITHOUT_SEI.h264];
const WITHOUT_SEI = { h264: 'filter_units=remove_types=6', hevc: 'filter_units=remove_types=39-40' };

function bitstreamFilters(
  { source }: VideoPlan,
  codec: VideoCodec,
  i: number,
  more: readonly string[] = [],
): string[] {
  const keepsSei = codec === 'av1' || (codec === 'h264' && source.video.hasClosedCaptions);
  const filters = [...(keepsSei ? [] : [WITHOUT_SEI[codec]]), ...more];
  return filters.length > 0 ? [`-bsf:v:${i}`, filters.join(',')] : [];
}

/** Options of each encoder alone. */
const PRIVATE: Readonly<Record<VideoCodec, (plan: VideoPlan, i: number) => string[]>> = {
  h264: () => [],
  // `hvc1` has its parameters in the sample entry only, as HLS and Apple's players want.
  hevc: ({ threads }, i) => [
    ...[`-tag:v:${i}`, 'hvc1', `-x265-params:v:${i}`],
    `log-level=error:info=0:scenecut=0:open-gop=0${threads > 0 ? `:pools=${threads}` : ''}`,
  ],
  av1: ({ threads }, i) => (threads > 0 ? [`-svtav1-params:v:${i}`, `lp=${threads}`] : []),
};

/**
 * Next to a copied rendition, keyframes must match the source's, and so must the reordering delay;
 * otherwise the segments would not align. SVT-AV1 cannot be told where to put one, but only after how
 * many frames; then all others follow.
 */
function keyFrames(plan: VideoPlan, { codec }: VideoRendition, i: number, part?: Part) {
  const { renditions, source } = plan;
  const v = streamOption(i);
  const frames = keyFrameInterval(plan);
  if (frames !== undefined) {
    const only = codec === 'av1' ? [] : [...v('keyint_min', frames), ...v('sc_threshold', 0)];
    return [...v('g', frames), ...only];
  }
  if (!renditions.some((rendition) => rendition.isCopy))
    return v('force_key_frames', `expr:${isDue(plan, part)}`);
  const { reorderedFrames } = source.video;
  const order = reorderedFrames === 0 ? v('bf', 0) : reorderedFrames === 1 ? v('b-pyramid', 'none') : [];
  return [...v('force_key_frames', 'source'), ...v('g', 9999), ...v('sc_threshold', 0), ...order];
}

/** Returns after how many frames each key frame comes, where they are counted; undefined where times decide. */
export function keyFrameInterval({
  renditions,
  frameRate,
}: Pick<VideoPlan, 'renditions' | 'frameRate'>): number | undefined {
  if (renditions.every(({ codec }) => codec === 'h264')) return undefined;
  // At least as far apart as segments count on; a rate such as 29.97 is a little less than whole.
  return Math.ceil(KEY_FRAME_SECONDS * ratio(frameRate) - 0.001);
}

/**
 * Expression for when a key frame is due. ffmpeg's `t` begins at 0 with whatever is encoded first: of a
 * part, its arithmetic is repeated with the number of the frame in the whole.
 */
function isDue({ frameRate: { numerator, denominator } }: VideoPlan, part?: Part): string {
  if (!part) return `gte(t,n_forced*${KEY_FRAME_SECONDS})`;
  const { fromFrame, keyFramesBefore } = part;
  const time = `(n+${fromFrame})*(${denominator}/${numerator})`;
  return `gte(${time},(n_forced+${keyFramesBefore})*${KEY_FRAME_SECONDS})`;
}
