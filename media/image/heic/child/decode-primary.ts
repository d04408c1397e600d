import type { HeicPicture } from '../heic-answer.ts';
import { hasBlankPart } from './blank-parts.ts';
import { type Call, callsOf, HeifError, type Libheif, viewOf, word } from './libheif.ts';

// Constants from libheif's headers.
const RGB = 1;
const INTERLEAVED_RGB = 10;
const INTERLEAVED_RGBA = 11;
const INTERLEAVED = 10;
/**
 * Fields of heif_decoding_options: 10 bits and more become 8; unreadable data aborts the decoding
 * instead of leaving a hole.
 */
const CONVERT_HDR_TO_8_BIT = 20;
const STRICT_DECODING = 21;
/** Field of heif_security_limits, 64 bits. The other limits keep libheif's defaults. */
const MAX_IMAGE_SIZE_PIXELS = 8;
/** Fields of heif_color_profile_nclx, 32 bits each. */
const COLOR_PRIMARIES = 4;
const TRANSFER_CHARACTERISTICS = 8;

/**
 * Decodes the file's primary image to upright RGB, or RGBA if it has alpha, with 8 bits per
 * channel. Uses the C functions, since the package's own interface is never strict, and returns
 * half a file as an image with holes. Frees nothing, since the process exits after one image.
 * Throws `HeifError`. The pixels are a view of libheif's memory.
 */
export function decodePrimary(
  heif: Libheif,
  file: { at: number; size: number },
  maxPixels: number,
): HeicPicture & { pixels: Uint8Array } {
  const call = callsOf(heif);
  const context = heif._heif_context_alloc();
  viewOf(heif).setBigUint64(
    heif._heif_context_get_security_limits(context) + MAX_IMAGE_SIZE_PIXELS,
    BigInt(maxPixels),
    true,
  );
  call((error) => heif._heif_context_read_from_memory_without_copy(error, context, file.at, file.size, 0));
  const handle = call((error, out) => heif._heif_context_get_primary_image_handle(error, context, out));
  const channels = heif._heif_image_handle_has_alpha_channel(handle) ? 4 : 3;
  const options = heif._heif_decoding_options_alloc();
  heif.HEAPU8[options + CONVERT_HDR_TO_8_BIT] = 1;
  heif.HEAPU8[options + STRICT_DECODING] = 1;
  const chroma = channels === 4 ? INTERLEAVED_RGBA : INTERLEAVED_RGB;
  const image = call((error, out) => heif._heif_decode_image(error, handle, out, RGB, chroma, options));
  if (hasBlankPart(heif, call, context, heif._heif_image_handle_get_item_id(handle)))
    throw new HeifError({ code: 0, subcode: 0, message: 'part of its image data is blank' });

  const width = heif._heif_image_get_primary_width(image);
  const height = heif._heif_image_get_primary_height(image);
  const strideOut = heif._malloc(4);
  const plane = heif._heif_image_get_plane_readonly2(image, INTERLEAVED, strideOut);
  if (!plane) throw new HeifError({ code: 0, subcode: 0, message: 'it has no image' });
  const pixels = packed(heif, { plane, stride: word(heif, strideOut), row: width * channels, height });
  if (channels === 4 && heif._heif_image_handle_is_premultiplied_alpha(handle)) undoPremultiplied(pixels);
  const nclx = nclxOf(heif, call, handle);
  return { width, height, channels, ...(nclx && { nclx }), pixels };
}

/** Removes the padding at the end of each row, in place. */
function packed(
  { HEAPU8 }: Libheif,
  { plane, stride, row, height }: { plane: number; stride: number; row: number; height: number },
): Uint8Array {
  for (let y = 1; stride !== row && y < height; y++) {
    const from = plane + y * stride;
    HEAPU8.copyWithin(plane + y * row, from, from + row);
  }
  return HEAPU8.subarray(plane, plane + row * height);
}

function undoPremultiplied(pixels: Uint8Array): void {
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3] ?? 0;
    if (alpha === 0 || alpha === 255) continue;
    for (let c = at; c < at + 3; c++) pixels[c] = Math.min(255, Math.round(((pixels[c] ?? 0) * 255) / alpha));
  }
}

function nclxOf(heif: Libheif, call: Call, handle: number): HeicPicture['nclx'] {
  try {
    const at = call((error, out) => heif._heif_image_handle_get_nclx_color_profile(error, handle, out));
    return {
      primaries: word(heif, at + COLOR_PRIMARIES),
      transfer: word(heif, at + TRANSFER_CHARACTERISTICS),
    };
  } catch (error) {
    // Most files have none.
    if (error instanceof HeifError) return undefined;
    throw error;
  }
}
