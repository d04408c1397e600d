import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { timelineReader } from '../../../../media/audio/timeline.ts';
import { ffmpeg, samples16, soundStudio } from '../../../support/sound.ts';
import { type Transcoded, transcode } from './transcode.ts';

let studio: Awaited<ReturnType<typeof soundStudio>>;
beforeAll(async () => {
  studio = await soundStudio();
});
afterAll(() => studio.remove());

/** Loud in the even seconds, silent in the odd ones: what plays when is visible. */
const PULSES = "aevalsrc='0.5*sin(2*PI*440*t)*lt(mod(t,2),1)':s=48000:d=6";

/** Peak of each quarter of a second of the Ogg, as 1 (sound) or 0 (silence). */
async function heard(result: Transcoded): Promise<string> {
  const samples = await samples16(result.files.get('audio.ogg') ?? '');
  const quarters = Math.round(samples.length / 12_000);
  return Array.from({ length: quarters }, (_, quarter) => {
    const middle = samples.subarray(quarter * 12_000 + 3000, quarter * 12_000 + 9000);
    return middle.some((sample) => Math.abs(sample) > 3000) ? 1 : 0;
  }).join('');
}

describe('a hole in the sound is silent, and what follows is at its time', () => {
  // Packets of 20 ms (Opus) and 21.3 ms (AAC): those from about 1.5 s to 2.5 s are dropped.
  test.each<[string, string[], string]>([
    ['opus.webm', ['-c:a', 'libopus'], 'between(n\\,75\\,125)'],
    ['opus.ogg', ['-c:a', 'libopus'], 'between(n\\,75\\,125)'],
    ['aac.m4a', ['-c:a', 'aac'], 'between(n\\,70\\,117)'],
    ['aac.mka', ['-c:a', 'aac'], 'between(n\\,70\\,117)'],
    ['aac.flv', ['-c:a', 'aac'], 'between(n\\,70\\,117)'],
    ['wma.wma', ['-c:a', 'wmav2'], 'between(n\\,35\\,59)'],
  ])('%s', async (name, args, dropped) => {
    const packets = await studio.make('packets.mka', PULSES, ...args);
    await ffmpeg('-i', packets, '-c', 'copy', '-bsf:a', `noise=drop=${dropped}`, studio.path(name));
    const result = await transcode(studio.directory, studio.path(name));
    expect(result.metadata.durationSeconds).toBeCloseTo(6, 1);
    expect(await heard(result)).toBe('111100000011000011110000');
  });
});

describe('sound that begins late is as long as it sounds', () => {
  test.each([['late.mka'], ['late.webm'], ['late.ogg'], ['late.mp4']])('%s', async (name) => {
    const packets = await studio.make('packets.webm', PULSES, '-c:a', 'libopus');
    await ffmpeg(
      '-itsoffset',
      '5000',
      '-i',
      packets,
      '-c',
      'copy',
      '-avoid_negative_ts',
      'disabled',
      studio.path(name),
    );
    const result = await transcode(studio.directory, studio.path(name));
    expect(result.metadata.durationSeconds).toBeCloseTo(6, 1);
    expect(result.degraded).toEqual([]);
    expect(await heard(result)).toBe('111100001111000011110000');
  });
});

test('PCM that begins late, too', async () => {
  const shift = ['-output_ts_offset', '60', '-avoid_negative_ts', 'disabled'];
  const result = await transcode(
    studio.directory,
    await studio.make('late-pcm.mka', PULSES, ...shift, '-c:a', 'pcm_s16le'),
  );
  expect(result.metadata.durationSeconds).toBe(6);
  expect(result.degraded).toEqual([]);
});

test('recordings that were joined play one after the other, whatever their timestamps', async () => {
  const one = await readFile(await studio.make('one.ogg', PULSES, '-c:a', 'libopus'));
  const two = await readFile(
    await studio.make(
      'two.ogg',
      PULSES,
      '-c:a',
      'libopus',
      '-output_ts_offset',
      '90000',
      '-serial_offset',
      '7',
    ),
  );
  const result = await transcode(
    studio.directory,
    await studio.save('joined.ogg', Buffer.concat([one, two])),
  );
  expect(result.metadata.durationSeconds).toBeCloseTo(12, 1);
  expect(await heard(result)).toBe('111100001111000011110000'.repeat(2));
});

describe('packets are laid out', () => {
  const laidOut = (...packets: [time: number | undefined, duration: number | undefined][]) => {
    const { timeline, add } = timelineReader();
    for (const packet of packets) add(...packet);
    return timeline;
  };

  test.each<[string, [number | undefined, number | undefined][], object]>([
    [
      'one after the other',
      [
        [0, 1],
        [1, 1],
      ],
      { seconds: 2, holeSeconds: 0, jumps: 0 },
    ],
    [
      'from wherever they begin',
      [
        [7200, 1],
        [7201, 1],
      ],
      { seconds: 2, holeSeconds: 0, jumps: 0 },
    ],
    [
      'without times',
      [
        [undefined, 1],
        [undefined, 1],
      ],
      { seconds: 2, holeSeconds: 0, jumps: 0 },
    ],
    [
      'across rounded times',
      [
        [0, 1],
        [0.97, 1],
        [2.04, 1],
      ],
      { seconds: expect.closeTo(3.04, 3), holeSeconds: 0, jumps: 0 },
    ],
    [
      'around a hole',
      [
        [0, 1],
        [3, 1],
      ],
      { seconds: 4, holeSeconds: 2, jumps: 0 },
    ],
    [
      'together where time goes back',
      [
        [0, 1],
        [1, 1],
        [0, 1],
        [1, 1],
      ],
      { seconds: 4, holeSeconds: 0, jumps: 0 },
    ],
    [
      'together across hours',
      [
        [0, 1],
        [90_000, 1],
        [90_001, 1],
      ],
      { seconds: 3, holeSeconds: 0, jumps: 1 },
    ],
    [
      'without durations',
      [
        [0, undefined],
        [1, undefined],
      ],
      { seconds: 2, holeSeconds: 0, jumps: 0 },
    ],
    [
      'with durations that are rounded down',
      Array.from({ length: 1000 }, (_, i): [number, number] => [i * 0.0116, 0.011]),
      { seconds: expect.closeTo(11.6, 2), holeSeconds: 0, jumps: 0 },
    ],
  ])('%s', (_label, packets, expected) => {
    expect(laidOut(...packets)).toMatchObject(expected);
  });
});
