import type { MediaKind } from './kinds/kinds.ts';
import type { OutputName } from './kinds/outputs.ts';
import type { RecipeName } from './recipes.ts';

export interface Output {
  name: OutputName;
  contentType: string;
  body: Buffer | { file: string };
  /**
   * Facts for consumers that do not open the file: width and height in pixels, durationSeconds,
   * bitrate in bit/s, pages …
   */
  facts?: Record<string, string | number | boolean>;
  recipe: Recipe;
}

/** What decides the bytes of an output, besides the upload and the versions of tools. */
export interface Recipe {
  name: RecipeName;
  /** Settings, of the profile and others, that affect the output. */
  definition: object;
}

/** Passes one output on for publication. Resolves once it is published. */
export type Emit = (output: Output) => Promise<void>;

export interface Closing {
  /** Set if the upload turned out to be of a different kind than its first bytes indicated. */
  kind?: MediaKind;
  /** Source metadata, published as `metadata.json`. */
  metadata: object;
  /** Settings that decide the metadata, where any do. */
  metadataDefinition?: object;
  /** Reasons why the outputs fall short of what the source could provide; empty if they do not. */
  degraded?: string[];
  /** Versions of the tools that produced the outputs. */
  tools: Record<string, string>;
}
