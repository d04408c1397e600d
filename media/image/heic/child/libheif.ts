import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { HeifProblem } from '../heic-answer.ts';

/**
 * Subset of libheif's C interface (https://github.com/strukturag/libheif, libheif/api). Numbers are
 * addresses unless stated otherwise.
 */
export interface Libheif {
  /** WebAssembly memory; a new view after each growth. */
  HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _heif_context_alloc(): number;
  _heif_context_get_security_limits(context: number): number;
  _heif_context_read_from_memory_without_copy(
    error: number,
    context: number,
    memory: number,
    size: number,
    options: 0,
  ): void;
  _heif_context_get_primary_image_handle(error: number, context: number, out: number): void;
  _heif_image_handle_get_item_id(handle: number): number;
  /**
   * Returns the number of items in the index-th reference of an item; 0 if there is no such
   * reference.
   */
  _heif_context_get_item_references(
    context: number,
    item: number,
    index: number,
    typeOut: number,
    itemsOut: number,
  ): number;
  _heif_item_get_item_data(
    error: number,
    context: number,
    item: number,
    compressionOut: 0,
    dataOut: number,
    sizeOut: number,
  ): void;
  _heif_release_item_data(context: number, data: number): void;
  _heif_image_handle_has_alpha_channel(handle: number): number;
  _heif_image_handle_is_premultiplied_alpha(handle: number): number;
  _heif_image_handle_get_nclx_color_profile(error: number, handle: number, out: number): void;
  _heif_decoding_options_alloc(): number;
  _heif_decode_image(
    error: number,
    handle: number,
    out: number,
    colorSpace: number,
    chroma: number,
    options: number,
  ): void;
  _heif_image_get_primary_width(image: number): number;
  _heif_image_get_primary_height(image: number): number;
  _heif_image_get_plane_readonly2(image: number, channel: number, strideOut: number): number;
}

export class HeifError extends Error {
  readonly problem: HeifProblem;

  constructor(problem: HeifProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

export async function loadLibheif(folder: string): Promise<Libheif> {
  const load = createRequire(import.meta.url)(join(folder, 'libheif-wasm/libheif.js'));
  const wasmBinary = readFileSync(join(folder, 'libheif-wasm/libheif.wasm'));
  // stdout carries the pixels.
  return load({ wasmBinary, print: console.error, printErr: console.error });
}

/**
 * Calls a libheif function that reports through an error struct and stores its result; returns the
 * first word of the result. Throws `HeifError`.
 */
export type Call = (run: (error: number, out: number) => void) => number;

export function callsOf(heif: Libheif): Call {
  const error = heif._malloc(12);
  const out = heif._malloc(8);
  return (run) => {
    run(error, out);
    const [code, subcode, message] = [word(heif, error), word(heif, error + 4), word(heif, error + 8)];
    if (code !== 0) throw new HeifError({ code, subcode, message: textAt(heif, message) });
    return word(heif, out);
  };
}

export const viewOf = ({ HEAPU8 }: Libheif) => new DataView(HEAPU8.buffer);
export const word = (heif: Libheif, at: number) => viewOf(heif).getInt32(at, true);

function textAt({ HEAPU8 }: Libheif, at: number): string {
  return at ? Buffer.from(HEAPU8.subarray(at, HEAPU8.indexOf(0, at))).toString() : '';
}
