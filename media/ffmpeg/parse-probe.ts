import { type FfprobeStream, parseFfprobeJson } from './ffprobe-json.ts';
import type { AudioTrack, MediaProbe, Rational, Track, VideoTrack } from './media-probe.ts';

/**
 * Converts ffprobe's JSON (`-show_format -show_streams`). `unlisted` has the indices of the streams
 * whose codec is not allowed.
 */
export function parseProbe(json: unknown, unlisted: readonly number[] = []): MediaProbe {
  const { streams, format } = parseFfprobeJson(json);
  const track = (s: FfprobeStream) => trackOf(s, !unlisted.includes(s.index));
  const ofKind = (kind: string) => streams.filter((s) => s.codec_type === kind);
  const isPicture = (s: FfprobeStream) =>
    s.disposition.attached_pic === 1 || s.disposition.timed_thumbnails === 1;
  const video = ofKind('video').filter((s) => !isPicture(s));
  const probe = {
    format: format.format_name,
    durationSeconds: positive(format.duration),
    startSeconds: format.start_time ?? 0,
    bitrate: positive(format.bit_rate),
    tags: lowerCaseKeys(format.tags),
    video: video.map((s) => ({ ...track(s), ...videoFacts(s) })),
    audio: ofKind('audio').map((s) => ({ ...track(s), ...audioFacts(s) })),
    pictures: ofKind('video')
      .filter(isPicture)
      .map((s) => ({ ...track(s), width: s.width ?? 0, height: s.height ?? 0, purpose: s.tags.comment })),
    subtitles: ofKind('subtitle').map(track),
  };
  const known = probe.video.length + probe.audio.length + probe.pictures.length + probe.subtitles.length;
  return { ...probe, otherTracks: streams.length - known };
}

function trackOf(s: FfprobeStream, isAllowed: boolean): Track {
  const { language, title } = lowerCaseKeys(s.tags);
  return {
    index: s.index,
    codec: s.codec_name,
    isDecodable: isAllowed && s.codec_name !== 'unknown' && s.codec_name !== 'none',
    language: language === 'und' ? undefined : language,
    title,
    isDefault: s.disposition.default === 1,
  };
}

function videoFacts(s: FfprobeStream): Omit<VideoTrack, keyof Track> {
  const sideOf = (key: 'rotation' | 'dv_profile') =>
    s.side_data_list.find((side) => side[key] !== undefined)?.[key];
  const aspect = rational(s.sample_aspect_ratio?.replace(':', '/'));
  return {
    profile: s.profile,
    width: s.width ?? 0,
    height: s.height ?? 0,
    pixelAspect: aspect ? aspect.numerator / aspect.denominator : 1,
    rotation: (360 - (sideOf('rotation') ?? 0)) % 360,
    pixelFormat: s.pix_fmt ?? 'unknown',
    bitDepth: Number(s.pix_fmt?.match(/(?:p|gray|[a-z])(9|10|12|14|16)(?:le|be)$/)?.[1] ?? 8),
    fieldOrder: FIELD_ORDERS[s.field_order ?? ''],
    hasAlpha: ALPHA_FORMATS.test(s.pix_fmt ?? '') || lowerCaseKeys(s.tags).alpha_mode === '1',
    hasDisplayMatrix: s.side_data_list.some((side) => side.side_data_type === 'Display Matrix'),
    reorderedFrames: s.has_b_frames ?? 0,
    hasClosedCaptions: s.closed_captions === 1,
    averageFrameRate: rational(s.avg_frame_rate),
    baseFrameRate: rational(s.r_frame_rate),
    frameCount: positive(s.nb_frames),
    color: {
      space: said(s.color_space),
      transfer: said(s.color_transfer),
      primaries: said(s.color_primaries),
      range: said(s.color_range),
    },
    dolbyVision: sideOf('dv_profile'),
    durationSeconds: positive(s.duration) ?? clock(lowerCaseKeys(s.tags).duration),
    bitrate: positive(s.bit_rate),
  };
}

function audioFacts(s: FfprobeStream): Omit<AudioTrack, keyof Track> {
  return {
    profile: s.profile,
    channels: s.channels ?? 0,
    channelLayout: s.channel_layout,
    sampleRate: s.sample_rate ?? 0,
    sampleFormat: s.sample_fmt,
    bitDepth: positive(s.bits_per_raw_sample) ?? positive(s.bits_per_sample),
    tags: lowerCaseKeys(s.tags),
    durationSeconds: positive(s.duration) ?? clock(lowerCaseKeys(s.tags).duration),
    bitrate: positive(s.bit_rate),
  };
}

const FIELD_ORDERS: Readonly<Record<string, VideoTrack['fieldOrder']>> = {
  progressive: 'progressive',
  ...{ tt: 'interlaced', bb: 'interlaced', tb: 'interlaced', bt: 'interlaced' },
};
/** ffmpeg's pixel formats with an alpha channel, but for palettes, whose files have none. */
const ALPHA_FORMATS = /^(yuva|gbrap|rgba|bgra|argb|abgr|ya(8|16))/;

const positive = (value: number | undefined) => (value !== undefined && value > 0 ? value : undefined);
const said = (value: string | undefined) => (value === 'unknown' || value === 'reserved' ? undefined : value);
const lowerCaseKeys = (map: Record<string, string>) =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key.toLowerCase(), value]));

function rational(value: string | undefined): Rational | undefined {
  const [numerator = 0, denominator = 0] = (value ?? '').split('/').map(Number);
  return numerator > 0 && denominator > 0 ? { numerator, denominator } : undefined;
}

/** Parses Matroska's `DURATION` tag: `00:01:02.345000000`. */
function clock(value: string | undefined): number | undefined {
  const match = value?.match(/^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/);
  return match ? positive(Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3])) : undefined;
}
