import type { SettingName } from '../../base/config.ts';

/**
 * What is known of a kind of upload, beside its formats (media-type.ts) and outputs (outputs.ts).
 */
interface Kind {
  /** As people call it. */
  label: string;
  /** The settings that limit an upload: admission holds `bytes`, the work holds the others. */
  limits: { bytes: SettingName } & Partial<Record<'pixels' | 'frames' | 'seconds' | 'pages', SettingName>>;
  /**
   * The state that makes the outputs. The folder of its program has the same name: ProcessImage is
   * lambdas/process-image.
   */
  state: string;
  /** The state that makes a PDF first, where the format wants it (`convert` in media-type.ts). */
  convertState?: string;
  /**
   * How many of its Fargate tasks may run at once; further jobs wait. For a kind with a conversion,
   * the conversion is the task.
   */
  slots?: SettingName;
  /** A shape of console/source/parts/icon.tsx. */
  icon: string;
}

/**
 * Every kind of upload. Lists of kinds elsewhere derive from this table; a kind without a branch in
 * the state machine, a folder or a sample in the smoke test fails a test or the type check
 * (docs/adding.md). Imports types alone: the web page loads it.
 */
export const KINDS = {
  IMAGE: {
    label: 'Image',
    limits: { bytes: 'MAX_IMAGE_BYTES', pixels: 'MAX_IMAGE_PIXELS', frames: 'MAX_IMAGE_FRAMES' },
    state: 'ProcessImage',
    icon: 'picture',
  },
  VIDEO: {
    label: 'Video',
    limits: { bytes: 'MAX_VIDEO_BYTES', pixels: 'MAX_VIDEO_PIXELS', seconds: 'MAX_VIDEO_SECONDS' },
    state: 'TranscodeVideo',
    slots: 'MAX_CONCURRENT_VIDEO_TASKS',
    icon: 'film',
  },
  AUDIO: {
    label: 'Audio',
    limits: { bytes: 'MAX_AUDIO_BYTES', seconds: 'MAX_AUDIO_SECONDS' },
    state: 'TranscodeAudio',
    slots: 'MAX_CONCURRENT_AUDIO_TASKS',
    icon: 'wave',
  },
  DOCUMENT: {
    label: 'Document',
    limits: { bytes: 'MAX_DOCUMENT_BYTES', pages: 'MAX_DOCUMENT_PAGES' },
    state: 'ProcessDocument',
    convertState: 'ConvertOfficeDocument',
    slots: 'MAX_CONCURRENT_OFFICE_TASKS',
    icon: 'page',
  },
} as const satisfies Record<string, Kind>;

export type MediaKind = keyof typeof KINDS;
export const MEDIA_KINDS = Object.keys(KINDS) as MediaKind[];
