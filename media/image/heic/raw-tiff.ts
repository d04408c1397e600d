const SHORT = 3;
const LONG = 4;
const UNDEFINED = 7;
const HEADER_BYTES = 8;
const ENTRY_BYTES = 12;

export interface RawTiff {
  file: Buffer;
  /** Its part where the pixels go, row by row. */
  pixels: Buffer;
}

/**
 * An uncompressed RGB or RGBA TIFF with a color profile and room for the pixels: sharp takes a profile with raw pixels in no other way.
 * The tags: https://www.loc.gov/preservation/digital/formats/content/tiff_tags.shtml
 */
export function rawTiff(
  { width, height, channels }: { width: number; height: number; channels: 3 | 4 },
  profile: Buffer,
): RawTiff {
  const bytes = width * height * channels;
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
  // No compression, RGB.
  tag(259, SHORT, 1, 1);
  tag(262, SHORT, 1, 2);
  // One strip: where it is, of how many rows, how long.
  tag(273, LONG, 1, pixelsAt);
  tag(277, SHORT, 1, channels);
  tag(278, LONG, 1, height);
  tag(279, LONG, 1, bytes);
  // Channels side by side.
  tag(284, SHORT, 1, 1);
  // The fourth is alpha that the colors are not multiplied with.
  if (channels === 4) tag(338, SHORT, 1, 2);
  tag(34675, UNDEFINED, profile.length, profileAt);
  for (let channel = 0; channel < channels; channel++) file.writeUInt16LE(8, bitsAt + 2 * channel);
  profile.copy(file, profileAt);
  return { file, pixels: file.subarray(pixelsAt) };
}
