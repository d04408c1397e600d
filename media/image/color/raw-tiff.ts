const SHORT = 3;
const LONG = 4;
const UNDEFINED = 7;
const HEADER_BYTES = 8;
const ENTRY_BYTES = 12;

interface RawShape {
  width: number;
  height: number;
  channels: 3 | 4;
  /** Per channel. */
  bits?: 8 | 16;
}

export interface RawTiff {
  file: Buffer;
  /** Slice of `file` for the pixels, row by row; 16 bits in little-endian order. */
  pixels: Buffer;
}

/**
 * Builds an uncompressed RGB or RGBA TIFF with a color profile and space for the pixels: the only
 * way to pass sharp raw pixels with a profile. Tags:
 * https://www.loc.gov/preservation/digital/formats/content/tiff_tags.shtml
 */
export function rawTiff({ width, height, channels, bits = 8 }: RawShape, profile: Buffer): RawTiff {
  const bytes = width * height * channels * (bits / 8);
  const entries = channels === 4 ? 12 : 11;
  const bitsAt = HEADER_BYTES + 2 + entries * ENTRY_BYTES + 4;
  const profileAt = bitsAt + 2 * channels;
  const pixelsAt = profileAt + profile.length;
  const file = Buffer.alloc(pixelsAt + bytes);
  file.write('II*\0\x08\0\0\0', 'latin1');
  let at = file.writeUInt16LE(entries, HEADER_BYTES);
  const tag = (number: number, type: number, count: number, value: number) => {
    file.writeUInt16LE(number, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(count, at + 4);
    at = file.writeUInt32LE(value, at + 8);
  };
  tag(256, LONG, 1, width);
  tag(257, LONG, 1, height);
  tag(258, SHORT, channels, bitsAt);
  // Uncompressed, RGB.
  tag(259, SHORT, 1, 1);
  tag(262, SHORT, 1, 2);
  // A single strip: its offset, number of rows and length.
  tag(273, LONG, 1, pixelsAt);
  tag(277, SHORT, 1, channels);
  tag(278, LONG, 1, height);
  tag(279, LONG, 1, bytes);
  // Interleaved channels.
  tag(284, SHORT, 1, 1);
  // The fourth channel is unassociated alpha.
  if (channels === 4) tag(338, SHORT, 1, 2);
  tag(34675, UNDEFINED, profile.length, profileAt);
  for (let channel = 0; channel < channels; channel++) file.writeUInt16LE(bits, bitsAt + 2 * channel);
  profile.copy(file, profileAt);
  return { file, pixels: file.subarray(pixelsAt) };
}
