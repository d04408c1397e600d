import type { FfmpegRun } from '../../ffmpeg/run-ffmpeg.ts';
import { encoderArgs } from '../codecs/encoder-arguments.ts';
import {
  audioArgs,
  decodingArgs,
  type Encoding,
  muxingArgs,
  teeTargets,
  threadArgs,
  tilesOutput,
} from '../encode.ts';
import { filterGraph, gridOffset, inputOfWhole } from '../filter-graph.ts';
import { ratio } from '../frame-rate.ts';
import { overlayInputs } from '../overlay.ts';
import type { VideoPlan } from '../plan.ts';
import { SEEK_SECONDS, type VideoChunk } from './plan-chunks.ts';

/** All renditions of a chunk, a track each, with the timestamps that they have in the whole. */
export const CHUNK_NAME = 'chunk.mp4';
export const SOUND_NAME = 'sound.mp4';
/** What ffmpeg reads the chunks by, one after another. */
export const CHUNK_LIST_NAME = 'chunks.ffconcat';
export const TILE_LIST_NAME = 'tiles.ffconcat';

/**
 * Arguments of a run that encodes a chunk. Its frames have the timestamps that they have in the whole,
 * so that the same are chosen for the constant rate, and key frames and tiles are in the same places.
 */
export function chunkEncoding(plan: VideoPlan, chunk: VideoChunk): Encoding {
  const { source, renditions } = plan;
  const offset = gridOffset(plan) - source.leadSeconds;
  const begin = chunk.encoded.fromFrame / ratio(plan.frameRate) - offset;
  const seek = Math.max(0, begin - SEEK_SECONDS);
  return {
    inputArgs: [
      ...decodingArgs(plan),
      // `-accurate_seek` would drop the frame that is on the screen at the beginning.
      ...(seek > 0 ? ['-noaccurate_seek', '-ss', seek.toFixed(6)] : []),
      ...['-itsoffset', (Number(seek.toFixed(6)) + Number(offset.toFixed(6))).toFixed(6)],
    ],
    moreInputs: overlayInputs(plan),
    maxErrorRate: 1,
    args: ['-filter_complex', graph(plan, chunk)],
    outputs: [
      {
        args: [
          ...renditions.flatMap((_, i) => ['-map', `[v${i}]`]),
          ...renditions.flatMap((rendition, i) =>
            encoderArgs(plan, rendition, i, { ...chunk.encoded, filters: [onlyOf(chunk)] }),
          ),
          // The rate is constant already; to make it so once more would repeat the first frame from 0 on.
          ...['-vsync', 'passthrough', ...threadArgs(plan), ...muxingArgs(), '-f', 'mp4'],
        ],
        target: CHUNK_NAME,
      },
      ...(chunk.tiles.length > 0 ? [tilesOutput()] : []),
    ],
  };
}

/**
 * Bitstream filter that leaves out what is encoded before and after a chunk. Packets are counted: the key
 * frames that begin and follow it keep those before them apart.
 */
function onlyOf({ encoded, fromFrame, toFrame }: VideoChunk): string {
  const number = (frame: number) => frame - encoded.fromFrame;
  const after = toFrame === undefined ? '' : `+gte(n\\,${number(toFrame)})`;
  return `noise=drop=lt(n\\,${number(fromFrame)})${after}`;
}

const graph = (plan: VideoPlan, chunk: VideoChunk) =>
  [
    filterGraph(plan, { ...chunk.encoded, tiles: chunk.tiles }),
    ...(chunk.tiles.length > 0 ? [] : ['[tiles]nullsink']),
  ].join(';');

/** Arguments of a run that encodes the sound of the whole. */
export function soundEncoding(plan: VideoPlan): Encoding {
  return {
    inputArgs: [...decodingArgs(plan), ...inputOfWhole(plan)],
    maxErrorRate: 1,
    outputs: [{ args: [...audioArgs(plan), ...muxingArgs(), '-f', 'mp4'], target: SOUND_NAME }],
  };
}

/** Arguments of a run that joins the chunks, with the sound, to all renditions and their HLS segments. */
export function joining(plan: VideoPlan): Pick<FfmpegRun, 'input' | 'moreInputs' | 'outputs'> {
  const sound = plan.audio === 'none' ? [] : [{ args: ['-f', 'mp4'], file: SOUND_NAME }];
  const tracks = plan.renditions.flatMap((_, i) => ['-map', `0:v:${i}`]);
  return {
    input: { file: CHUNK_LIST_NAME, args: ['-f', 'concat'] },
    moreInputs: sound,
    outputs: [
      {
        args: [
          ...[...tracks, ...(sound.length > 0 ? ['-map', '1:a'] : []), '-c', 'copy'],
          ...plan.renditions.flatMap(({ codec }, i) => (codec === 'hevc' ? [`-tag:v:${i}`, 'hvc1'] : [])),
          ...[...muxingArgs(), '-f', 'tee'],
        ],
        target: teeTargets(plan),
      },
    ],
  };
}

/** Arguments of a run that joins the tiles of all chunks to those of the whole. */
export const tilesJoining = (target: string): Pick<FfmpegRun, 'input' | 'outputs'> => ({
  input: { file: TILE_LIST_NAME, args: ['-f', 'concat'] },
  outputs: [{ args: ['-map', '0:v', '-c', 'copy'], target }],
});

/**
 * Returns a list for ffmpeg's `concat` demuxer, with the time that each file takes, in whole
 * microseconds that sum up to those at which the next begins: rounded alone, many would go astray.
 */
export function concatList(files: readonly { file: string; beginSeconds?: number }[]): string {
  const microseconds = (seconds: number) => Math.round(seconds * 1e6);
  const lines = files.flatMap(({ file, beginSeconds }, i) => {
    const next = files[i + 1]?.beginSeconds;
    if (beginSeconds === undefined || next === undefined) return [`file ${file}`];
    const took = (microseconds(next) - microseconds(beginSeconds)) / 1e6;
    return [`file ${file}`, `duration ${took.toFixed(6)}`];
  });
  return ['ffconcat version 1.0', ...lines, ''].join('\n');
}
