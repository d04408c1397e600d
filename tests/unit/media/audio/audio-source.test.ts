import { describe, expect, test } from '@jest/globals';
import { audioSource } from '../../../../media/audio/audio-source.ts';
import { parseProbe } from '../../../../media/ffmpeg/parse-probe.ts';

const stereo = {
  index: 0,
  codec_name: 'flac',
  codec_type: 'audio',
  channels: 2,
  sample_rate: '44100',
  duration: '3.5',
};
const probe = (streams: object[], format: object = {}) =>
  parseProbe({ streams, format: { format_name: 'matroska,webm', ...format } });

describe('the track that is taken', () => {
  test.each([
    ['the only one', [stereo], 0],
    ['the first of several', [stereo, { ...stereo, index: 1 }], 0],
    ['the one marked as default', [stereo, { ...stereo, index: 1, disposition: { default: 1 } }], 1],
    [
      'the sound beside a cover',
      [
        { index: 0, codec_type: 'video', codec_name: 'png', disposition: { attached_pic: 1 } },
        { ...stereo, index: 1 },
      ],
      1,
    ],
  ])('%s', (_label, streams, index) => {
    expect(audioSource(probe(streams)).index).toBe(index);
  });
});

describe('channel layouts', () => {
  test.each([
    ['5.1(side)', 6, '5.1(side)'],
    ['stereo', 2, 'stereo'],
    ['unknown', 1, 'mono'],
    [undefined, 6, '5.1'],
    ['6 channels (FL+FR+FC+LFE+BL+BR)', 6, '5.1'],
    ['mono,volume=0', 1, 'mono'],
  ])('%s with %i channels is %s', (channel_layout, channels, expected) => {
    expect(audioSource(probe([{ ...stereo, channel_layout, channels }])).channelLayout).toBe(expected);
  });
});

describe('what is refused', () => {
  test.each([
    ['no audio track', [{ index: 0, codec_type: 'video', codec_name: 'h264' }], 'UnsupportedMediaType'],
    ['a codec without a decoder', [{ ...stereo, codec_name: undefined }], 'UnsupportedMediaType'],
    ['nine channels', [{ ...stereo, channels: 9 }], 'UnsupportedMediaType'],
    ['no channels', [{ ...stereo, channels: 0 }], 'CorruptMedia'],
    ['no sample rate', [{ ...stereo, sample_rate: undefined }], 'CorruptMedia'],
    ['3 kHz', [{ ...stereo, sample_rate: '3000' }], 'UnsupportedMediaType'],
    ['768 kHz', [{ ...stereo, sample_rate: '768000' }], 'UnsupportedMediaType'],
  ])('%s: %s', (_label, streams, name) => {
    expect(() => audioSource(probe(streams))).toThrow(expect.objectContaining({ name }));
  });
});

test('bitrate and duration come from the file where the track does not say', () => {
  const track = { ...stereo, duration: undefined };
  expect(audioSource(probe([track], { bit_rate: '96000', duration: '12.5' }))).toMatchObject({
    bitrate: 96_000,
    durationSeconds: 12.5,
  });
});
