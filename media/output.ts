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

/** An output that was made before. */
export interface EarlierOutput {
  name: OutputName;
  facts: Readonly<Record<string, unknown>>;
}

/** Outputs of the same upload that were made before, of which only some are to be made again. */
export interface EarlierOutputs {
  /**
   * Takes over what `recipes` made, if none of it is to be made again. `isMeant` selects among
   * outputs that recipes of their names made. Returns what was taken over, which may be nothing
   * where the recipes give nothing for this upload, or undefined if it is to be made.
   */
  takeOver(
    recipes: readonly Recipe[],
    isMeant: (name: OutputName) => boolean,
  ): readonly EarlierOutput[] | undefined;
  /** Reads an output that was made before into a file. */
  read(name: OutputName, file: string): Promise<void>;
  /** Reasons why those outputs fall short of the source. */
  degraded: readonly string[];
}

/** Nothing was made before. */
export const NOTHING_EARLIER: EarlierOutputs = {
  takeOver: () => undefined,
  read: (name) => Promise.reject(new Error(`Expected ${name} to have been made before`)),
  degraded: [],
};

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
  /**
   * All recipes that were asked for: what gave no output for this upload is not missing
   * (media/planned-recipes.ts).
   */
  planned: readonly Recipe[];
}
