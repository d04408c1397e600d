import type { SettingName } from '../../base/config.ts';

/**
 * Properties of a kind of upload, except for its formats (media-type.ts) and outputs (outputs.ts).
 */
interface Kind {
  /** Human-readable name. */
  label: string;
  /** Settings that limit an upload: admission enforces `bytes`, processing the others. */
  limits: { bytes: SettingName } & Partial<Record<'pixels' | 'frames' | 'seconds' | 'pages', SettingName>>;
  /**
   * State that makes the outputs. The folder of its program has the same name: ProcessImage is
   * lambdas/process-image.
   */
  state: string;
  /** State that first makes a PDF, if the format needs it (`convert` in media-type.ts). */
  convertState?: string;
  /**
   * Maximum number of jobs that may be in `state` at once; further ones wait in its queue
   * (core/queue/queues.ts). 0: no limit, and no queue.
   */
  slots: SettingName;
  /** The same for `convertState`. */
  convertSlots?: SettingName;
  /** What a job costs on AWS. */
  cost: JobCost;
  /** Icon in console/source/parts/icon.tsx. */
  icon: string;
}

/**
 * Estimate in US dollars, that of docs/costs.md; tests/terraform/costs.test.ts compares them. An
 * upload that has not been opened does not tell its duration, so a minute is taken to have so many
 * bytes.
 */
export interface JobCost {
  job: number;
  /** More for an upload that is converted first. */
  conversion?: number;
  minute?: number;
  bytesPerMinute?: number;
  /** A task is billed for at least one minute. */
  least?: number;
}

/**
 * Every kind of upload. Lists of kinds elsewhere derive from this table; a kind without a branch in
 * the state machine, a folder or a sample in the smoke test fails a test or the type check
 * (docs/adding.md). Imports only types, since the web page loads it.
 */
export const KINDS = {
  IMAGE: {
    label: 'Image',
    limits: { bytes: 'MAX_IMAGE_BYTES', pixels: 'MAX_IMAGE_PIXELS', frames: 'MAX_IMAGE_FRAMES' },
    state: 'ProcessImage',
    slots: 'MAX_CONCURRENT_IMAGES',
    cost: { job: 0.000254 },
    icon: 'picture',
  },
  VIDEO: {
    label: 'Video',
    limits: { bytes: 'MAX_VIDEO_BYTES', pixels: 'MAX_VIDEO_PIXELS', seconds: 'MAX_VIDEO_SECONDS' },
    state: 'TranscodeVideo',
    slots: 'MAX_CONCURRENT_VIDEO_TASKS',
    cost: { job: 0.00207, minute: 0.00204, bytesPerMinute: 60e6 },
    icon: 'film',
  },
  AUDIO: {
    label: 'Audio',
    limits: { bytes: 'MAX_AUDIO_BYTES', seconds: 'MAX_AUDIO_SECONDS' },
    state: 'TranscodeAudio',
    slots: 'MAX_CONCURRENT_AUDIO_TASKS',
    cost: { job: 0.000666, minute: 0.0000368, bytesPerMinute: 1e6, least: 0.000898 },
    icon: 'wave',
  },
  DOCUMENT: {
    label: 'Document',
    limits: { bytes: 'MAX_DOCUMENT_BYTES', pages: 'MAX_DOCUMENT_PAGES' },
    state: 'ProcessDocument',
    slots: 'MAX_CONCURRENT_DOCUMENTS',
    convertState: 'ConvertOfficeDocument',
    convertSlots: 'MAX_CONCURRENT_OFFICE_TASKS',
    cost: { job: 0.00043, conversion: 0.000827 },
    icon: 'page',
  },
} as const satisfies Record<string, Kind>;

export type MediaKind = keyof typeof KINDS;
export const MEDIA_KINDS = Object.keys(KINDS) as MediaKind[];
