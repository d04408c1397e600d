import { openPixels } from '../sharp/hardened-sharp.ts';
import type { Peaks } from './peaks.ts';

export const PICTURE = { width: 1800, height: 280 } as const;
/** A blue that is legible on white and on black; the background is transparent. */
const COLOR = [0x2f, 0x6f, 0xde, 0xff] as const;

/**
 * Encodes peaks in audiowaveform's JSON format, version 2, 8 bits, which peaks.js and
 * waveform-data.js load. See https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md
 */
export function waveformJson({ sampleRate, samplesPerPixel, pairs }: Peaks): Buffer {
  const waveform = {
    version: 2,
    channels: 1,
    sample_rate: sampleRate,
    samples_per_pixel: samplesPerPixel,
    bits: 8,
    length: pairs.length / 2,
    // Truncates 16 bits to 8, toward zero, as audiowaveform does.
    data: Array.from(pairs, (peak) => (peak / 256) | 0),
  };
  return Buffer.from(`${JSON.stringify(waveform)}\n`);
}

/**
 * Draws the same peaks as an image: one bar per column, a line for silence. PNG rather than SVG,
 * because it cannot contain scripts and displays everywhere (mail, chat, native apps).
 */
export function waveformPng({ pairs }: Peaks): Promise<Buffer> {
  const { width, height } = PICTURE;
  const pixels = Buffer.alloc(width * height * 4);
  const count = pairs.length / 2;
  for (let x = 0; x < width; x++) {
    const from = Math.floor((x * count) / width);
    const to = Math.max(from + 1, Math.floor(((x + 1) * count) / width));
    const { min, max } = extremes(pairs, from, to);
    for (let y = row(max); y <= row(min); y++) pixels.set(COLOR, (y * width + x) * 4);
  }
  return openPixels({ data: pixels, width, height, channels: 4 })
    .png({ palette: true, colors: 2 })
    .toBuffer();
}

/**
 * Returns the row of a 16-bit sample: positive full scale is the first row, negative full scale the
 * last.
 */
const row = (sample: number) => Math.round(((32_767 - sample) / 65_535) * (PICTURE.height - 1));

function extremes(pairs: Int16Array, from: number, to: number): { min: number; max: number } {
  let [min, max] = [0, 0];
  for (let i = from; i < to; i++) {
    min = Math.min(min, pairs[i * 2] ?? 0);
    max = Math.max(max, pairs[i * 2 + 1] ?? 0);
  }
  return { min, max };
}
