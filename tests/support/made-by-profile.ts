import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from '../../base/config.ts';
import { withWorkDirectory } from '../../base/work-directory.ts';
import type { WorkOrder } from '../../contract/work-order.ts';
import { outputPrefix } from '../../core/outputs/output-key.ts';
import { publish } from '../../core/outputs/publication.ts';
import type { MadeBy } from '../../core/outputs/recipe-hash.ts';
import * as image from '../../lambdas/process-image/process-image.ts';
import { transcodeFile } from '../../media/audio/transcode-file.ts';
import { processPdf } from '../../media/document/process-pdf.ts';
import { processText } from '../../media/document/process-text.ts';
import { startPageReader } from '../../media/document/reader/page-reader.ts';
import { renderImage } from '../../media/image/render-image.ts';
import type { MediaKind } from '../../media/kinds/kinds.ts';
import type { Closing, EarlierOutputs, Emit } from '../../media/output.ts';
import type { Profile } from '../../media/profile/profile.ts';
import { transcodeVideo } from '../../media/video/transcode-file.ts';
import type { Watermarks } from '../../media/watermark/watermark-image.ts';
import * as audio from '../../tasks/transcode-audio/transcode-audio.ts';
import * as video from '../../tasks/transcode-video/transcode-video.ts';
import { byName, ENVIRONMENT, orderOf } from './made-outputs.ts';
import { memoryStores } from './memory-stores.ts';

export interface Manifest {
  outputs: { key: string; recipeHash: string; contentType: string; width?: number; height?: number }[];
  recipes: Record<string, MadeBy>;
  degraded: string[];
}

/**
 * Publishes a file's outputs by a profile on stores in memory. Returns them by name, their manifest,
 * and the names of those that were made. `objects`: what was made before, of which `only` or what is
 * stale is made again.
 */
export async function madeByProfile(
  profile: Profile,
  file: string,
  changes: Partial<WorkOrder> = {},
  {
    objects: before,
    only,
    watermarks = new Map(),
  }: { objects?: ReadonlyMap<string, Buffer>; only?: string[]; watermarks?: Watermarks } = {},
) {
  const made: string[] = [];
  const plain = { ...(await orderOf(file)), ...changes };
  const manifestKey = `${outputPrefix(plain)}manifest.json`;
  const order = before ? { ...plain, earlier: { manifestKey, ...(only && { only }) } } : plain;
  const { stores, objects } = memoryStores({
    download: (to) => copyFile(file, to),
    objects: new Map(before),
    onPut: (key) => made.push(key.slice(outputPrefix(order).length)),
  });
  await withWorkDirectory('made-by-profile-', async (directory) => {
    await copyFile(file, join(directory, 'source'));
    await publish(stores, order, (publication) =>
      MAKERS[order.kind]({
        ...{ profile, watermarks, order, directory, earlier: publication.earlier },
        emit: (output) => publication.put(output),
      }),
    );
  });
  const outputs = byName(objects, order);
  const manifest: Manifest = JSON.parse(outputs.get('manifest.json')?.toString() ?? '');
  /** Recipe hashes by the name of the output. */
  const hashes = Object.fromEntries(
    manifest.outputs.map(({ key, recipeHash }) => [key.slice(key.indexOf('it_') + 3), recipeHash]),
  );
  return { objects, outputs, manifest, hashes, made };
}

interface Making {
  profile: Profile;
  watermarks: Watermarks;
  order: WorkOrder;
  /** Has the upload as `source`. */
  directory: string;
  emit: Emit;
  earlier: EarlierOutputs;
}

const MAKERS: Readonly<Record<MediaKind, (making: Making) => Promise<Closing>>> = {
  IMAGE({ profile, watermarks, order, directory, emit, earlier }) {
    const config = readConfig(ENVIRONMENT, image.SETTINGS);
    const limits = {
      ...{ maxBytes: config.MAX_IMAGE_BYTES, maxPixels: config.MAX_IMAGE_PIXELS },
      ...{ maxFrames: config.MAX_IMAGE_FRAMES, concurrency: 0, avif: true, heic: false },
    };
    const { outputs } = profile.image;
    return renderImage(
      join(directory, 'source'),
      {
        ...{ ...limits, outputs, watermarks, earlier },
        contentType: order.contentType,
        focalPoint: order.focalPoint,
      },
      emit,
    );
  },
  VIDEO: ({ profile, watermarks, order, directory, emit, earlier }) =>
    transcodeVideo({
      ...{ profile, watermarks, directory, emit, earlier, stem: order.stem },
      config: readConfig(ENVIRONMENT, video.SETTINGS),
    }),
  AUDIO: ({ profile, directory, emit, earlier }) =>
    transcodeFile({
      ...{ profile: profile.audio, directory, emit, earlier, source: 'source' },
      ...{ signal: new AbortController().signal, onProgress: () => {} },
      config: readConfig(ENVIRONMENT, audio.SETTINGS),
    }),
  async DOCUMENT({ profile, order: { contentType }, directory, emit, earlier }) {
    const reader = startPageReader(directory);
    try {
      const work = {
        ...{ profile: profile.document, directory, reader, put: emit, earlier },
        ...{ file: join(directory, 'source'), maxPageImages: 20 },
      };
      return contentType.startsWith('text/')
        ? await processText({ ...work, contentType })
        : await processPdf({ ...work, maxPages: 100 });
    } finally {
      reader.kill();
    }
  },
};
