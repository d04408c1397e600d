import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config, SettingName } from '../../base/config.ts';
import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import { type Publication, type PublicationStores, publish } from '../../core/outputs/publication.ts';
import { transcodeFile } from '../../media/audio/transcode-file.ts';
import { interruption } from '../../media/process/process-group.ts';
import type { JobProgress } from '../../media/progress.ts';

export const SETTINGS = [
  'PROCESSING_TIMEOUT',
  'MAX_AUDIO_SECONDS',
  'ENABLE_LOUDNESS_NORMALIZATION',
] as const satisfies readonly SettingName[];

export interface AudioDeps {
  stores: PublicationStores;
  config: Config<(typeof SETTINGS)[number]>;
  signal: AbortSignal;
  onProgress(progress: JobProgress): void;
  /** Where the work directory is made; default: the system's. */
  directory?: string;
}

/** One upload to MP3, M4A and Ogg, waveform, cover and metadata. Throws a MediaError that says whose fault it is; nothing stays on disk. */
export async function transcodeAudioJob(deps: AudioDeps, order: WorkOrder): Promise<WorkResult> {
  const { stores, config, signal, onProgress } = deps;
  const directory = await mkdtemp(join(deps.directory ?? tmpdir(), 'audio-'));
  try {
    const make = async (publication: Publication) => {
      onProgress({ phase: 'download', percent: 0 });
      await stores.objects.download(order, join(directory, 'source'), signal);
      const closing = await transcodeFile({
        ...{ directory, source: 'source', config, signal, onProgress },
        emit: (output) => publication.put(output),
      });
      if (signal.aborted) throw interruption(signal);
      return closing;
    };
    return await publish(stores, order, make, signal);
  } catch (error) {
    throw signal.aborted ? interruption(signal) : error;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
