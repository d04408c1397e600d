import { describe, expect, test } from '@jest/globals';
import { parseProbe } from '../../../../media/ffmpeg/parse-probe.ts';
import type { PacketScan, TrackScan } from '../../../../media/ffmpeg/scan-packets.ts';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';
import { encoding } from '../../../../media/video/encode.ts';
import { planVideo } from '../../../../media/video/plan.ts';
import { assertPromisedLength, videoSource } from '../../../../media/video/source/video-source.ts';

const LIMITS = { MAX_VIDEO_PIXELS: 36_000_000, MAX_VIDEO_SECONDS: 3600, TRUNCATED_MEDIA: 'refuse' } as const;
const VIDEO = {
  ...{
    codec_type: 'video',
    codec_name: 'h264',
    profile: 'High',
    width: 1920,
    height: 1080,
    pix_fmt: 'yuv420p',
  },
  ...{ r_frame_rate: '30/1', avg_frame_rate: '30/1', sample_aspect_ratio: '1:1', has_b_frames: 2 },
};
const AUDIO = { codec_type: 'audio', codec_name: 'aac', profile: 'LC', channels: 2, sample_rate: '48000' };

const scanned = (changes: Partial<TrackScan> = {}): TrackScan => ({
  ...{
    packets: 300,
    bytes: 6_000_000,
    startSeconds: 0,
    lastSeconds: 9.9667,
    endSeconds: 10,
    keyFrameGapSeconds: 2,
    hasOpenGroups: false,
  },
  ...changes,
});

/** Tracks as ffprobe tells them, each with what its packets are. */
function setup(tracks: { [key: string]: unknown; scan?: Partial<TrackScan> }[], duration = '10') {
  const streams = tracks.map(({ scan: _, ...track }, index) => ({ index, ...track }));
  const probe = parseProbe({ streams, format: { format_name: 'mov,mp4,m4a,3gp,3g2,mj2', duration } });
  const scan: PacketScan = {
    tracks: new Map(tracks.map((track, index) => [index, scanned(track.scan)])),
    isJoined: false,
    damage: { frames: 0, truncated: false },
  };
  const source = () => videoSource(probe, scan, LIMITS);
  const plan = (hls = true) =>
    planVideo(
      source(),
      { ENABLE_HLS_TRANSCODING: hls, MEDIA_PROCESSOR_CONCURRENCY: 0 },
      DEFAULT_PROFILE.video,
    );
  return { probe, scan, source, plan };
}

describe('the tracks that are taken', () => {
  test.each([
    ['the first of each kind', [VIDEO, AUDIO, AUDIO], 0, 1],
    ['the default one', [VIDEO, AUDIO, { ...AUDIO, disposition: { default: 1 } }], 0, 2],
    [
      'one that can be decoded, even if another is the default',
      [VIDEO, { ...AUDIO, codec_name: undefined, disposition: { default: 1 } }, AUDIO],
      0,
      2,
    ],
    [
      'no cover for a video',
      [{ ...VIDEO, codec_name: 'png', disposition: { attached_pic: 1 } }, VIDEO],
      1,
      undefined,
    ],
  ])('are %s', (_label, tracks, video, audio) => {
    const { source } = setup(tracks);
    expect([source().video.index, source().audio?.index]).toEqual([video, audio]);
  });

  test('leave the sound out, and say so, where it cannot be decoded', () => {
    const { source } = setup([VIDEO, { ...AUDIO, codec_name: undefined }]);
    expect([source().audio, source().notes]).toEqual([undefined, [expect.stringMatching(/audio/i)]]);
  });

  test.each([
    ['only sound', [AUDIO], 'UnsupportedMediaType'],
    ['only an unknown codec', [{ ...VIDEO, codec_name: undefined }], 'UnsupportedMediaType'],
    ['no pictures', [{ ...VIDEO, scan: { packets: 0 } }], 'CorruptMedia'],
    ['no size', [{ ...VIDEO, width: 0 }], 'CorruptMedia'],
    ['too many pixels', [{ ...VIDEO, width: 16_000, height: 16_000 }], 'TooManyPixels'],
    ['more seconds than it says', [{ ...VIDEO, scan: { endSeconds: 4000 } }], 'DurationTooLong'],
    ['fewer seconds than it says', [{ ...VIDEO, scan: { endSeconds: 9 } }], 'CorruptMedia'],
  ])('are refused where there are %s', (_label, tracks, name) => {
    expect(() => setup(tracks).source()).toThrow(expect.objectContaining({ name }));
  });

  test('are refused before they are read where the file promises too much', () => {
    expect(() => assertPromisedLength(setup([VIDEO], '36000').probe, LIMITS)).toThrow('36000');
  });
});

describe('the size that a person sees', () => {
  const turned = (rotation: number) => ({
    ...VIDEO,
    side_data_list: [{ side_data_type: 'Display Matrix', rotation }],
  });
  test.each([
    ['as stored', VIDEO, 1920, 1080],
    ['turned right', turned(-90), 1080, 1920],
    ['upside down', turned(180), 1920, 1080],
    ['wide pixels of a DVD', { ...VIDEO, width: 720, height: 576, sample_aspect_ratio: '64:45' }, 1024, 576],
    ['a crafted pixel shape, which is ignored', { ...VIDEO, sample_aspect_ratio: '1:100000' }, 1920, 1080],
  ])('%s', (_label, track, width, height) => {
    expect(setup([track]).source().display).toEqual({ width, height });
  });
});

describe('the plan', () => {
  test('copies what is within the rendition’s bitrate, and encodes the sound once for all', () => {
    const { plan } = setup([
      { ...VIDEO, scan: { bytes: 5_000_000 } },
      { ...AUDIO, scan: { bytes: 150_000 } },
    ]);
    expect(plan().renditions.map(({ name, isCopy }) => [name, isCopy])).toEqual([
      ['1080p', true],
      ['720p', false],
      ['480p', false],
    ]);
    expect(plan().audio).toBe('copy');
    const { outputs } = encoding(plan());
    expect(outputs[0]?.args.filter((arg) => arg === '-c:a')).toHaveLength(1);
  });

  test.each([
    ['too many bits', { bytes: 7_000_000 }, {}],
    ['key frames too far apart', { keyFrameGapSeconds: 11 }, {}],
    ['no key frame at the beginning', { keyFrameGapSeconds: Number.POSITIVE_INFINITY }, {}],
    ['another profile', {}, { profile: 'High 4:2:2' }],
    ['10 bits', {}, { pix_fmt: 'yuv420p10le' }],
    ['interlacing', {}, { field_order: 'tt' }],
    ['closed captions', {}, { closed_captions: 1 }],
    ['segments that would refer to frames before them', { hasOpenGroups: true }, {}],
    ['HLG in 8 bits', {}, { color_transfer: 'arib-std-b67' }],
    ['colors of BT.2020', {}, { color_primaries: 'bt2020' }],
    ['full range', {}, { color_range: 'pc' }],
    ['a variable rate', {}, { r_frame_rate: '1000/1' }],
    ['another codec', {}, { codec_name: 'hevc' }],
  ])('encodes a track with %s', (_label, scan, track) => {
    const { plan } = setup([{ ...VIDEO, ...track, scan: { bytes: 5_000_000, ...scan } }]);
    expect(plan().renditions.some(({ isCopy }) => isCopy)).toBe(false);
  });

  test('makes no HLS where it is turned off, and no sound where there is none', () => {
    const { outputs } = encoding(setup([VIDEO]).plan(false));
    expect(outputs[0]?.target).not.toContain('hls');
    expect(outputs[0]?.target).not.toContain('a:0');
  });

  test('is the same for the same source', () => {
    expect(setup([VIDEO, AUDIO]).plan()).toEqual(setup([VIDEO, AUDIO]).plan());
  });
});
