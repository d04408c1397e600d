import { mixTo } from '../audio/plan.ts';
import type { FfmpegRun } from '../ffmpeg/run-ffmpeg.ts';
import { inputOfClip } from './clip.ts';
import { encoderArgs, withoutSei } from './codecs/encoder-arguments.ts';
import { decoderArgs } from './decoded-frames.ts';
import { filterGraph, gridOffset, inputOfWhole } from './filter-graph.ts';
import { INIT_NAME, PLAYLIST_NAME, SEGMENT_SECONDS, segmentPattern, segmentsFolder } from './hls.ts';
import { overlayInputs } from './overlay.ts';
import { TILES_NAME } from './pictures/picture-arguments.ts';
import type { VideoPlan } from './plan.ts';

export type Encoding = Pick<FfmpegRun, 'inputArgs' | 'moreInputs' | 'args' | 'outputs' | 'maxErrorRate'>;

/**
 * Maximum number of video packets buffered while waiting for an audio track that starts much later.
 */
const MUXING_QUEUE = 8192;
/**
 * The sound of recordings overlaps by up to two frames (46 ms) where they were joined, and would be
 * late after each join. Elsewhere, timestamps off by less than 0.1 s are usually the writer's
 * inaccuracy, which is better left alone.
 */
const JOINED = ':min_hard_comp=0.01';
const AUDIO_RATES = [44_100, 48_000];

/**
 * Builds the arguments of the single ffmpeg run that makes every rendition, their HLS segments and
 * the storyboard. It decodes once, scales each size from the next larger one (0.77 of the wall time
 * of three runs), and encodes the audio once. `-f tee` writes each encoded track to MP4 and HLS at
 * the same time, so HLS needs no extra encoding and no second pass (bench/video).
 */
export function encoding(plan: VideoPlan): Encoding {
  const { source, renditions } = plan;
  const maps = renditions.flatMap((rendition, i) => [
    '-map',
    rendition.isCopy ? `0:${source.video.index}` : `[v${i}]`,
  ]);
  const video = renditions.flatMap((rendition, i) =>
    rendition.isCopy ? copyArgs(i) : encoderArgs(plan, rendition, i),
  );
  return {
    // Limits the input to the duration found by the scan, however its timestamps decode.
    inputArgs: [
      ...decodingArgs(plan),
      ...(source.clip ? inputOfClip(source, gridOffset(plan)) : inputOfWhole(plan)),
    ],
    moreInputs: overlayInputs(plan),
    maxErrorRate: 1,
    args: ['-filter_complex', filterGraph(plan)],
    outputs: [
      {
        args: [...maps, ...audioArgs(plan), ...video, ...threadArgs(plan), ...muxingArgs(), '-f', 'tee'],
        target: teeTargets(plan),
      },
      tilesOutput(),
      // Copied sound is decoded too, so that its damage is seen; the storyboard does that for copied video.
      ...(plan.audio === 'copy'
        ? [{ args: ['-map', `0:${source.audio?.index}`, '-f', 'null'], target: 'none' }]
        : []),
    ],
  };
}

export const threadArgs = ({ threads }: VideoPlan) => (threads > 0 ? ['-threads', `${threads}`] : []);

/** Input options that say how to decode. */
export const decodingArgs = (plan: VideoPlan): string[] => [
  ...threadArgs(plan),
  ...decoderArgs(plan.source.video),
  // Frames may change their size. A filter graph made anew would lose its place in time; scalers adapt.
  ...['-reinit_filter:v', '0'],
];

/** Output options of every encoding; the same input gives the same bytes. */
export const muxingArgs = (): string[] => [
  ...['-map_metadata', '-1', '-map_metadata:s', '-1', '-map_chapters', '-1'],
  ...['-fflags', '+bitexact', '-flags', '+global_header+bitexact'],
  ...['-max_muxing_queue_size', `${MUXING_QUEUE}`],
];

export const tilesOutput = (): Encoding['outputs'][number] => ({
  args: ['-map', '[tiles]', '-vsync', 'vfr', '-c:v', 'ffv1'],
  target: TILES_NAME,
});

/** Arguments of a run that makes the storyboard's tiles alone, of the same frames as `encoding`. */
export function tilesAlone(marked: VideoPlan): Encoding {
  // Tiles are of frames before they get a watermark.
  const plan = { ...marked, watermark: undefined };
  const { outputs, ...run } = encoding(plan);
  const unused = plan.renditions.flatMap(({ isCopy }, i) => (isCopy ? [] : [`[v${i}]nullsink`]));
  return {
    ...run,
    args: ['-filter_complex', [filterGraph(plan), ...unused].join(';')],
    outputs: outputs.filter(({ target }) => target === TILES_NAME),
  };
}

/** With the file's own clock: tee, which has none, would get one whose ticks are whole frames. */
const copyArgs = (i: number) => [`-c:v:${i}`, 'copy', '-copytb', '1', ...withoutSei(i)];

export function audioArgs({
  source: { audio, isJoined, clip, durationSeconds },
  audio: mode,
}: VideoPlan): string[] {
  if (!audio || mode === 'none') return [];
  const map = ['-map', `0:${audio.index}`];
  if (mode === 'copy') return [...map, '-c:a', 'copy'];
  const rate = AUDIO_RATES.includes(audio.sampleRate) ? audio.sampleRate : 48_000;
  const mono = audio.channels === 1;
  const cut = clip ? `atrim=start=0:end=${durationSeconds.toFixed(6)},` : '';
  return [
    ...map,
    ...['-c:a', 'aac', '-b:a', mono ? '80k' : '128k', '-ac', mono ? '1' : '2', '-ar', `${rate}`],
    // Fills gaps with silence, so that audio and video stay in sync.
    ...[
      '-af',
      `${cut}aresample=async=1:first_pts=0${isJoined ? JOINED : ''},${mixTo({ sampleRate: rate, channels: mono ? 1 : 2 })}`,
    ],
  ];
}

/**
 * Builds the list of outputs, each with its selected tracks:
 * https://ffmpeg.org/ffmpeg-formats.html#tee. The names are ours; nothing in them needs escaping.
 */
export function teeTargets({ renditions, audio, hls }: VideoPlan): string {
  const files = renditions.flatMap(({ name }, i) => {
    const select = `select=\\'v:${i}${audio === 'none' ? '' : ',a:0'}\\'`;
    const folder = segmentsFolder(name);
    const segments = [
      ...[select, 'f=hls', 'hls_segment_type=fmp4', 'hls_playlist_type=event', 'hls_list_size=0'],
      ...[
        `hls_time=${SEGMENT_SECONDS}`,
        `hls_fmp4_init_filename=${INIT_NAME}`,
        `hls_segment_filename=${segmentPattern(name)}`,
      ],
    ];
    const mp4 = `[${select}:f=mp4:movflags=+faststart]${name}.mp4`;
    return hls ? [mp4, `[${segments.join(':')}]${folder}/${PLAYLIST_NAME}`] : [mp4];
  });
  return files.join('|');
}
