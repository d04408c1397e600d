import type { MediaKind } from './kinds/kinds.ts';
import type { OutputName } from './kinds/outputs.ts';

export interface Output {
  name: OutputName;
  contentType: string;
  body: Buffer | { file: string };
  /** What a reader wants to know without opening it: width and height in pixels, durationSeconds, bitrate in bit/s, pages … */
  facts?: Record<string, string | number | boolean>;
}

/** Hands one output on, to be published. Resolves when it is. */
export type Emit = (output: Output) => Promise<void>;

export interface Closing {
  /** Where the work found the upload to be of another kind than its first bytes promised. */
  kind?: MediaKind;
  /** Facts of the source, published as `metadata.json`. */
  metadata: object;
  /** Why the outputs are less than the source could give; empty when they are not. */
  degraded?: string[];
  /** Versions of the tools that made the outputs. */
  tools: Record<string, string>;
  /** The settings that shaped the outputs; the manifest carries their hash. */
  settings: object;
}
