import { describe, expect, test } from '@jest/globals';
import type { AudioSource } from '../../../../tasks/transcode-audio/audio-source.ts';
import { decoderOptions, planAudio } from '../../../../tasks/transcode-audio/plan.ts';

const surround: AudioSource = {
  index: 2,
  format: 'flac',
  codec: 'flac',
  sampleRate: 96_000,
  channels: 6,
  channelLayout: '5.1(side)',
  tags: {},
};

describe('encoders', () => {
  test('are MP3, AAC in M4A and Opus in Ogg, under the names that are published', () => {
    expect(
      planAudio(surround, { gainDb: 0 }).encoders.map(({ codec, file, contentType }) => [
        codec,
        file,
        contentType,
      ]),
    ).toEqual([
      ['mp3', 'audio.mp3', 'audio/mpeg'],
      ['aac', 'audio.m4a', 'audio/mp4'],
      ['opus', 'audio.ogg', 'audio/ogg'],
    ]);
  });

  test('read the samples in the form in which the decoder sends them', () => {
    expect(planAudio(surround, { gainDb: 0 }).pcm.args.join(' ')).toBe(
      '-f f32le -ar 96000 -ch_layout 5.1(side)',
    );
    expect(decoderOptions(surround, []).args).toEqual([
      '-filter_complex',
      '[0:2]aformat=sample_fmts=flt:sample_rates=96000:channel_layouts=5.1(side)[samples]',
    ]);
  });

  test.each([
    [-7.5, 'volume=-7.5dB,aresample=48000:rematrix_maxval=1,aformat=channel_layouts=stereo'],
    [0, 'aresample=48000:rematrix_maxval=1,aformat=channel_layouts=stereo'],
  ])('get a gain of %d dB before the mix', (gainDb, filters) => {
    for (const { args } of planAudio(surround, { gainDb }).encoders)
      expect(args[args.indexOf('-af') + 1]).toBe(filters);
  });
});

test('a measurement takes a copy of the samples, so that what it does to them stays there', () => {
  const [, graph] = decoderOptions(surround, [{ name: 'source' }, { name: 'mix', after: 'anull' }]).args;
  expect(graph?.split(';')).toEqual([
    '[0:2]asplit=3[all][for_source][for_mix]',
    '[all]aformat=sample_fmts=flt:sample_rates=96000:channel_layouts=5.1(side)[samples]',
    '[for_source]ebur128@source=peak=true:framelog=verbose,anullsink',
    '[for_mix]anull,ebur128@mix=peak=true:framelog=verbose,anullsink',
  ]);
});
