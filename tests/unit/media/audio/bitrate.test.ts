import { describe, expect, test } from '@jest/globals';
import { encoding, type Worth } from '../../../../media/audio/bitrate.ts';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';

const { outputs } = DEFAULT_PROFILE.audio;
const lossless = { codec: 'pcm_s16le', bitrate: 1_411_200, sampleRate: 44_100, channels: 2 };

function kilobits(source: Worth): number[] {
  return outputs.map((output) => encoding(output, source).bitrate / 1000);
}

describe('bitrates of MP3, AAC and Opus in kbit/s', () => {
  test.each<[string, Worth, number[]]>([
    ['a CD gets the most there is', lossless, [192, 160, 128]],
    ['mono gets half', { ...lossless, channels: 1 }, [96, 80, 64]],
    ['5.1 counts as the stereo it becomes', { ...lossless, channels: 6 }, [192, 160, 128]],
    ['192 kHz gets no more', { ...lossless, sampleRate: 192_000 }, [192, 160, 128]],
    ['16 kHz mono speech needs less', { ...lossless, sampleRate: 16_000, channels: 1 }, [32, 24, 24]],
    ['8 kHz mono', { ...lossless, sampleRate: 8000, channels: 1 }, [24, 24, 24]],
    ['a 64 kbit/s MP3 stays 64', { ...lossless, codec: 'mp3', bitrate: 64_000 }, [64, 64, 64]],
    ['also when it measures a little less', { ...lossless, codec: 'mp3', bitrate: 63_412 }, [64, 64, 64]],
    ['a 128 kbit/s MP3', { ...lossless, codec: 'mp3', bitrate: 128_000 }, [128, 128, 128]],
    [
      'AAC of 96 is worth 125 of MP3',
      { ...lossless, codec: 'aac', profile: 'LC', bitrate: 96_000 },
      [128, 96, 96],
    ],
    [
      'HE-AAC of 48 is worth 96',
      { ...lossless, codec: 'aac', profile: 'HE-AAC', bitrate: 48_000 },
      [96, 64, 56],
    ],
    [
      'a voice note, 24 kbit/s of Opus, is worth 38 of MP3',
      { codec: 'opus', bitrate: 24_000, sampleRate: 48_000, channels: 1 },
      [40, 24, 24],
    ],
    [
      'AC-3 5.1 of 384 counts by its pairs of channels',
      { ...lossless, codec: 'ac3', bitrate: 384_000, channels: 6 },
      [128, 128, 128],
    ],
    [
      'less than any legal rate gets the lowest legal',
      { ...lossless, codec: 'mp3', bitrate: 8000 },
      [32, 12, 12],
    ],
    [
      'a codec that nobody knows counts as lossless',
      { ...lossless, codec: 'new', bitrate: 1 },
      [192, 160, 128],
    ],
    ['no bitrate told', { ...lossless, codec: 'mp3', bitrate: undefined }, [192, 160, 128]],
  ])('%s', (_label, source, expected) => {
    expect(kilobits(source)).toEqual(expected);
  });
});

describe('sample rates', () => {
  test.each([
    [8000, [8000, 8000, 8000]],
    [11_025, [11_025, 11_025, 12_000]],
    [16_000, [16_000, 16_000, 16_000]],
    [22_255, [24_000, 24_000, 24_000]],
    [32_000, [32_000, 32_000, 48_000]],
    [44_100, [44_100, 44_100, 48_000]],
    [48_000, [48_000, 48_000, 48_000]],
    [88_200, [44_100, 44_100, 48_000]],
    [96_000, [48_000, 48_000, 48_000]],
    [176_400, [44_100, 44_100, 48_000]],
    [192_000, [48_000, 48_000, 48_000]],
    [4000, [8000, 8000, 8000]],
  ])('%i Hz becomes the least legal rate that keeps its bandwidth, up to 48 kHz', (sampleRate, expected) => {
    expect(outputs.map((output) => encoding(output, { ...lossless, sampleRate }).sampleRate)).toEqual(
      expected,
    );
  });
});

test('no output ever has more bits than 5 % above the lossy source of the same codec, or the lowest legal rate', () => {
  for (let bitrate = 33_000; bitrate <= 320_000; bitrate += 997) {
    const { bitrate: got } = encoding(
      { codec: 'mp3', kilobitsPerChannel: 96 },
      { ...lossless, codec: 'mp3', bitrate },
    );
    expect(got).toBeLessThanOrEqual(bitrate * 1.05);
  }
});
