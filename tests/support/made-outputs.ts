import { createHash } from 'node:crypto';
import { copyFile, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { readConfig } from '../../base/config.ts';
import type { WorkOrder } from '../../contract/work-order.ts';
import { outputPrefix } from '../../core/outputs/output-key.ts';
import type { PublicationStores } from '../../core/outputs/publication.ts';
import * as document from '../../lambdas/process-document/process-document.ts';
import * as image from '../../lambdas/process-image/process-image.ts';
import { detectMediaType } from '../../media/kinds/detect-media-type.ts';
import type { MediaKind } from '../../media/kinds/kinds.ts';
import * as audio from '../../tasks/transcode-audio/transcode-audio.ts';
import * as video from '../../tasks/transcode-video/transcode-video.ts';
import { memoryStores } from './memory-stores.ts';

/** Settings of the jobs: all on. */
export const ENVIRONMENT = {
  ...{ OUTPUT_BUCKET: 'outputs', JOB_TABLE: 'jobs', QUEUE_TABLE: 'queue' },
  ...{ ENABLE_AVIF: 'true', ENABLE_HLS_TRANSCODING: 'true' },
  // Video encoders with several threads do not write the same bytes twice.
  MEDIA_PROCESSOR_CONCURRENCY: '1',
};
const RUN = { signal: new AbortController().signal, onProgress: () => {} };
type Work = (stores: PublicationStores, order: WorkOrder) => Promise<unknown>;

/** The jobs of the product by kind, every output switched on. */
const WORK: Readonly<Record<MediaKind, Work>> = {
  IMAGE: (stores, order) =>
    image.processImage({ ...stores, config: readConfig(ENVIRONMENT, image.SETTINGS) }, order),
  VIDEO: (stores, order) =>
    video.transcodeVideoJob({ stores, config: readConfig(ENVIRONMENT, video.SETTINGS), ...RUN }, order),
  AUDIO: (stores, order) =>
    audio.transcodeAudioJob({ stores, config: readConfig(ENVIRONMENT, audio.SETTINGS), ...RUN }, order),
  DOCUMENT: (stores, order) =>
    document.processDocument({ ...stores, config: readConfig(ENVIRONMENT, document.SETTINGS) }, order),
};

/** Runs the job of a file on stores in memory. Returns what it wrote, by name of the output. */
export async function outputsOf(
  file: string,
  more: Partial<WorkOrder> = {},
  options: Pick<Parameters<typeof memoryStores>[0], 'profile' | 'stored'> = {},
): Promise<Map<string, Buffer>> {
  const order = { ...(await orderOf(file)), ...more };
  const { stores, objects } = memoryStores({ ...options, download: (to) => copyFile(file, to) });
  await WORK[order.kind](stores, order);
  return byName(objects, order);
}

/** The order to process a file, by what its first bytes say that it is. */
export async function orderOf(file: string): Promise<WorkOrder> {
  const { kind, contentType } = await typeOf(file);
  return {
    ...{ jobId: 'job_a', executionArn: 'execution', tenantId: 'acme', userId: 'ann', stem: 'it', kind },
    ...{ bucket: 'media', key: 'k', versionId: 'v1', etag: 'e1', size: 1, contentType },
    ...{ convert: false, timeoutSeconds: 600 },
  };
}

/** Objects in a store by the name of the output. */
export function byName(objects: ReadonlyMap<string, Buffer>, order: WorkOrder): Map<string, Buffer> {
  const prefix = outputPrefix(order);
  return new Map([...objects].map(([key, body]) => [key.slice(prefix.length), body]));
}

export const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function typeOf(file: string) {
  const opened = await open(file);
  try {
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(65_536), 0, 65_536, 0);
    return await detectMediaType(basename(file), buffer.subarray(0, bytesRead));
  } finally {
    await opened.close();
  }
}
