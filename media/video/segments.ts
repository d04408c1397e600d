import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Output } from '../output.ts';
import { ratio } from './frame-rate.ts';
import {
  INIT_NAME,
  masterPlaylist,
  mediaPlaylist,
  PLAYLIST_NAME,
  readPlaylist,
  segmentName,
  segmentsFolder,
  type Variant,
} from './hls.ts';
import type { VideoRendition } from './ladder.ts';
import type { VideoPlan } from './plan.ts';
import { encodingRecipe } from './video-recipes.ts';

const HLS_TYPE = 'application/vnd.apple.mpegurl';
const MEDIA_TYPE = 'video/mp4';
/** Maximum difference between segment durations of different renditions, in seconds. */
const ALIGNED = 0.005;

export interface SegmentCollector {
  /**
   * Passes on the segments that are complete; ffmpeg starts the next one only after closing the
   * previous one.
   */
  collect(): void;
  /**
   * Passes on the rest. Returns playlists with measured values, the duration of each rendition in
   * seconds, and notes on problems.
   */
  finish(): Promise<{ playlists: Output[]; seconds: Map<string, number>; notes: string[] }>;
}

/** Follows ffmpeg's HLS muxer, so that segments are uploaded while later ones are being encoded. */
export function segmentCollector(
  plan: VideoPlan,
  cwd: string,
  add: (output: Output) => void,
): SegmentCollector {
  const made = plan.renditions.map((rendition) => ({ rendition, sizes: new Map<string, number>() }));
  const give = ({ rendition, sizes }: (typeof made)[number], isLast: (index: number) => boolean) => {
    const folder = segmentsFolder(rendition.name);
    const recipe = encodingRecipe(plan, rendition);
    while (!isLast(sizes.size)) {
      const uri = segmentName(sizes.size);
      const file = join(cwd, folder, uri);
      sizes.set(uri, statSync(file).size);
      add({ name: `${folder}/${uri}`, contentType: MEDIA_TYPE, body: { file }, recipe });
    }
  };
  const exists = (rendition: VideoRendition, index: number) =>
    existsSync(join(cwd, segmentsFolder(rendition.name), segmentName(index)));
  return {
    collect() {
      for (const one of made) give(one, (index) => !exists(one.rendition, index + 1));
    },
    async finish() {
      const variants: Variant[] = [];
      const playlists: Output[] = [];
      for (const one of made) {
        const { rendition, sizes } = one;
        give(one, (index) => !exists(rendition, index));
        const folder = segmentsFolder(rendition.name);
        const recipe = encodingRecipe(plan, rendition);
        const init = await readFile(join(cwd, folder, INIT_NAME));
        const segments = readPlaylist(await readFile(join(cwd, folder, PLAYLIST_NAME), 'utf8'), sizes);
        playlists.push({ name: `${folder}/${INIT_NAME}`, contentType: MEDIA_TYPE, body: init, recipe });
        playlists.push({
          name: `${folder}/${PLAYLIST_NAME}`,
          contentType: HLS_TYPE,
          body: Buffer.from(mediaPlaylist(segments)),
          recipe,
        });
        const { name, width, height } = rendition;
        const hasAudio = plan.audio !== 'none';
        variants.push({ name, width, height, frameRate: ratio(plan.frameRate), hasAudio, segments, init });
      }
      playlists.push({
        name: 'hls/master.m3u8',
        contentType: HLS_TYPE,
        body: Buffer.from(masterPlaylist(variants)),
        recipe: encodingRecipe(plan),
      });
      const total = ({ segments }: Variant) => segments.reduce((sum, { seconds }) => sum + seconds, 0);
      return {
        playlists,
        seconds: new Map(variants.map((v) => [v.name, total(v)])),
        notes: areAligned(variants) ? [] : [UNALIGNED],
      };
    },
  };
}

const UNALIGNED = 'HLS segments start at different times in different renditions.';

function areAligned([first, ...others]: readonly Variant[]): boolean {
  return others.every(
    ({ segments }) =>
      segments.length === first?.segments.length &&
      segments.every(({ seconds }, i) => Math.abs(seconds - (first.segments[i]?.seconds ?? 0)) < ALIGNED),
  );
}
