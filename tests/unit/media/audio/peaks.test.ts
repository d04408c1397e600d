import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { peaksReader } from '../../../../media/audio/peaks.ts';
import { decoded, samples16, soundStudio } from '../../../support/sound.ts';

let studio: Awaited<ReturnType<typeof soundStudio>>;
beforeAll(async () => {
  studio = await soundStudio();
});
afterAll(() => studio.remove());

/** audiowaveform's definition, written down a second time and as plainly as it goes. */
function expectedPairs(samples: Int16Array, channels: number, samplesPerPixel: number): number[] {
  const mono: number[] = [];
  for (let i = 0; i < samples.length; i += channels) {
    const sum = samples.subarray(i, i + channels).reduce((total, sample) => total + sample, 0);
    mono.push(Math.trunc(sum / channels));
  }
  const pairs: number[] = [];
  for (let i = 0; i < mono.length; i += samplesPerPixel) {
    const group = mono.slice(i, i + samplesPerPixel);
    pairs.push(Math.min(...group), Math.max(...group));
  }
  return pairs;
}

async function readPeaks(file: string, shape: { channels: number; maxPairs?: number }, chunkBytes = 65_536) {
  const pcm = await decoded(file, 's16le');
  const reader = peaksReader({ sampleRate: 44_100, ...shape });
  for (let at = 0; at < pcm.length; at += chunkBytes) reader.add(pcm.subarray(at, at + chunkBytes));
  return { frames: reader.frames(), ...reader.finish() };
}

describe('peaks equal an independent computation', () => {
  const noise = 'anoisesrc=d=1.3:a=0.9:r=44100:seed=1';
  test.each([
    ['mono noise', noise, 1, []],
    ['stereo with two different sides', 'aevalsrc=sin(440*2*PI*t)|0.3*sin(3000*2*PI*t)-0.5:d=1.1', 2, []],
    [
      '5.1 with a different tone in each channel',
      'aevalsrc=sin(100*t)|sin(200*t)|sin(300*t)|sin(400*t)|sin(500*t)|-sin(600*t):c=5.1:d=1',
      6,
      [],
    ],
    ['silence', 'anullsrc=cl=mono:d=0.5', 1, []],
    ['full scale both ways', 'aevalsrc=2*sin(50*2*PI*t):d=1', 1, []],
  ])('%s', async (label, source, channels, args: string[]) => {
    const file = await studio.make(`${label.replace(/\W/g, '')}.wav`, source, ...args);
    const peaks = await readPeaks(file, { channels });
    expect(peaks.samplesPerPixel).toBe(256);
    expect([...peaks.pairs]).toEqual(expectedPairs(await samples16(file), channels, 256));
  });
});

test.each([1, 3, 7, 1021, 65_536])(
  'pieces of %i bytes, which cut samples apart, change nothing',
  async (chunkBytes) => {
    const file = await studio.make('pieces.wav', 'aevalsrc=sin(440*2*PI*t)|cos(700*2*PI*t):d=0.3');
    const whole = await readPeaks(file, { channels: 2 }, 10_000_000);
    const pieces = await readPeaks(file, { channels: 2 }, chunkBytes);
    expect(pieces).toEqual(whole);
    expect(pieces.frames).toBe(Math.round(0.3 * 44_100));
  },
);

describe('a recording too long for its pairs is told at half the detail, as often as needed, and exactly', () => {
  test.each([
    [1000, 256],
    [400, 512],
    [100, 2048],
    [6, 32_768],
  ])('%i pairs at most: %i samples each', async (maxPairs, samplesPerPixel) => {
    const file = await studio.make('long.wav', 'anoisesrc=d=3:a=0.9:r=44100:seed=2');
    const peaks = await readPeaks(file, { channels: 1, maxPairs });
    expect(peaks.samplesPerPixel).toBe(samplesPerPixel);
    expect([...peaks.pairs]).toEqual(expectedPairs(await samples16(file), 1, samplesPerPixel));
    expect(peaks.pairs.length / 2).toBeLessThanOrEqual(maxPairs);
  });
});
