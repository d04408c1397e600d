import { readdir, readFile } from 'node:fs/promises';
import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import { type PublicationStores, publish } from '../../core/outputs/publication.ts';
import type { Output, Recipe } from '../../media/output.ts';
import { clipStudio } from './clips.ts';

const RECIPE: Recipe = { name: 'video', definition: {} };
const M3U8 = 'application/vnd.apple.mpegurl';
const MASTER = '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-STREAM-INF:BANDWIDTH=400000\n480p/index.m3u8\n';

/** A real stream of two segments of two seconds, as the pipeline names its files. */
async function makeStream(): Promise<(Output & { body: Buffer })[]> {
  const studio = await clipStudio();
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '50'];
  const hls = ['-f', 'hls', '-hls_time', '2', '-hls_segment_type', 'fmp4', '-hls_playlist_type', 'vod'];
  const segments = ['-hls_segment_filename', studio.path('%05d.m4s')];
  await studio.make('index.m3u8', ['testsrc2=s=320x180:r=25:d=4'], ...h264, ...hls, ...segments);
  const files = await readdir(studio.directory);
  const stream = await Promise.all(
    files.map(async (file) => ({
      name: `hls/480p/${file}` as Output['name'],
      contentType: file.endsWith('.m3u8') ? M3U8 : 'video/mp4',
      body: await readFile(studio.path(file)),
      recipe: RECIPE,
    })),
  );
  await studio.remove();
  return [
    ...stream,
    { name: 'hls/master.m3u8', contentType: M3U8, body: Buffer.from(MASTER), recipe: RECIPE },
  ];
}

/** Stands for a work state: publishes the same stream for every upload. */
export function streamWorker(stores: () => PublicationStores) {
  const stream = makeStream();
  return async (order: WorkOrder): Promise<WorkResult> =>
    publish(stores(), order, async (publication) => {
      for (const output of await stream) await publication.put(output);
      return { metadata: {}, tools: { none: '1' }, planned: [] };
    });
}
