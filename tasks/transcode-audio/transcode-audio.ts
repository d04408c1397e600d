import type { Config, SettingName } from '../../base/config.ts';
import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import { publishFromSource, type SourceWork } from '../../core/outputs/publish-from-source.ts';
import { transcodeFile } from '../../media/audio/transcode-file.ts';

export const SETTINGS = [
  'PROCESSING_TIMEOUT',
  'MAX_AUDIO_SECONDS',
  'ENABLE_LOUDNESS_NORMALIZATION',
  'TRUNCATED_MEDIA',
] as const satisfies readonly SettingName[];

export interface AudioDeps extends SourceWork {
  config: Config<(typeof SETTINGS)[number]>;
}

/**
 * Transcodes one upload to MP3, M4A and Ogg, waveform, cover and metadata. Throws a MediaError if
 * the upload is at fault.
 */
export function transcodeAudioJob({ config, ...deps }: AudioDeps, order: WorkOrder): Promise<WorkResult> {
  const { signal, onProgress } = deps;
  return publishFromSource(deps, order, (file, profile) =>
    transcodeFile({ ...file, config, profile: profile.audio, signal, onProgress }),
  );
}
