import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { waveformJson, waveformPng } from '../../../../media/audio/waveform.ts';

const peaks = (...pairs: number[]) => ({
  sampleRate: 48_000,
  samplesPerPixel: 512,
  pairs: Int16Array.from(pairs),
});

describe('waveform.json', () => {
  test('is audiowaveform version 2, 8 bits, in its order of fields', () => {
    expect(waveformJson(peaks(-16_640, 16_200, 0, 0)).toString()).toBe(
      '{"version":2,"channels":1,"sample_rate":48000,"samples_per_pixel":512,"bits":8,"length":2,"data":[-65,63,0,0]}\n',
    );
  });

  test('divides by 256 towards zero', () => {
    const { data } = JSON.parse(waveformJson(peaks(-32_768, 32_767, -255, 255, -257, 511)).toString());
    expect(data).toEqual([-128, 127, 0, 0, -1, 1]);
  });
});

describe('waveform.png', () => {
  /** The first and last row with color in a column, of 280. */
  async function bar(picture: Buffer, column: number): Promise<[number, number]> {
    const { data, info } = await sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([1800, 280]);
    const rows = Array.from({ length: info.height }, (_, row) => row).filter(
      (row) => (data[(row * info.width + column) * 4 + 3] ?? 0) > 0,
    );
    return [rows[0] ?? -1, rows.at(-1) ?? -1];
  }

  test('shows full scale from edge to edge, half scale in the middle half, and silence as a line', async () => {
    const picture = await waveformPng(peaks(-32_768, 32_767, -16_384, 16_383, 0, 0));
    expect(await bar(picture, 10)).toEqual([0, 279]);
    expect(await bar(picture, 900)).toEqual([70, 209]);
    expect(await bar(picture, 1790)).toEqual([139, 139]);
  });

  test('shows the highest of all pairs that share a column', async () => {
    const quiet = Array.from({ length: 18_000 }, () => [0, 0]).flat();
    quiet[2 * 5005 + 1] = 32_767;
    const picture = await waveformPng(peaks(...quiet));
    expect((await bar(picture, 500))[0]).toBe(0);
    expect((await bar(picture, 501))[0]).toBe(139);
  });
});
