import { describe, expect, test } from '@jest/globals';
import type { AudioSource } from '../../../../media/audio/audio-source.ts';
import { decoderOptions, planAudio } from '../../../../media/audio/plan.ts';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';

const surround: AudioSource = {
  index: 2,
  format: 'flac',
  codec: 'flac',
  sampleRate: 96_000,
  channels: 6,
  channelLayout: '5.1(side)',
};

describe('encoders', () => {
  test('are MP3, AAC in M4A and Opus in Ogg, under the names that are published', () => {
    expect(
      planAudio(surround, { gainDb: 0, outputs: DEFAULT_PROFILE.audio.outputs }).encoders.map(
        ({ output, file, contentType }) => [output.codec, file, contentType],
      ),
    ).toEqual([
      ['mp3', 'audio.mp3', 'audio/mpeg'],
      ['aac', 'audio.m4a', 'audio/mp4'],
      ['opus', 'audio.ogg', 'audio/ogg'],
    ]);
  });

  test('read the samples in the form in which the decoder sends them', () => {
    expect(
      planAudio(surround, { gainDb: 0, outputs: DEFAULT_PROFILE.audio.outputs }).pcm.args.join(' '),
    ).toBe('-f f32le -ar 96000 -ch_layout 5.1(side)');
  });

  test.each([
    ['16 bits', 16, 's16le'],
    ['µ-law', 8, 's16le'],
    ['24 bits', 24, 'f32le'],
    ['lossy, so that the decoder gives floats', undefined, 'f32le'],
  ])('%s (%s): %s', (_label, bitDepth, format) => {
    expect(
      planAudio({ ...surround, bitDepth }, { gainDb: 0, outputs: DEFAULT_PROFILE.audio.outputs }).pcm.format,
    ).toBe(format);
  });

  test.each([
    [-7.5, 'volume=-7.5dB,aresample=48000:rematrix_maxval=1,aformat=channel_layouts=stereo'],
    [0, 'aresample=48000:rematrix_maxval=1,aformat=channel_layouts=stereo'],
  ])('get a gain of %d dB before the mix', (gainDb, filters) => {
    for (const { args } of planAudio(surround, { gainDb, outputs: DEFAULT_PROFILE.audio.outputs }).encoders)
      expect(args[args.indexOf('-af') + 1]).toBe(filters);
  });
});

test('the decoder brings the samples into one form, and copies them for each encoder and each measurement', () => {
  const measurements = [{ name: 'source' }, { name: 'mix', after: 'anull' }];
  const wav = { ...surround, format: 'wav' };
  const [, graph] = decoderOptions(wav, ['peaks', 'samples0'], measurements).args;
  expect(graph?.split(';')).toEqual([
    '[0:2]aformat=sample_rates=96000:channel_layouts=5.1(side),asplit=4[peaks][samples0][for_source][for_mix]',
    '[for_source]ebur128@source=peak=true:framelog=verbose,anullsink',
    '[for_mix]anull,ebur128@mix=peak=true:framelog=verbose,anullsink',
  ]);
});

test('checksums count in FLAC, and not in MP3, where old encoders got them wrong', () => {
  expect(decoderOptions(surround, ['peaks'], []).inputArgs).toEqual(['-err_detect', 'crccheck+explode']);
  expect(decoderOptions({ ...surround, codec: 'mp3' }, ['peaks'], []).inputArgs).toEqual([]);
});

test('holes are filled where packets have timestamps of their own', () => {
  const graphOf = (format: string) => decoderOptions({ ...surround, format }, ['peaks'], []).args.join(' ');
  expect(graphOf('matroska,webm')).toMatch(/^-dts_delta_threshold 600 -filter_complex \[0:2\]asetpts=/);
  expect(graphOf('mp3')).toMatch(/^-filter_complex \[0:2\]aformat=/);
});
