import { type FfprobeStream, parseFfprobeJson } from './ffprobe-json.ts';

export interface Track {
  /** Stream index, for `-map 0:{index}`. */
  index: number;
  /** ffmpeg's name, or `unknown` if it has no decoder. */
  codec: string;
  /** ISO 639 code, if the file specifies it. */
  language?: string | undefined;
  title?: string | undefined;
  isDefault: boolean;
}

export interface VideoTrack extends Track {
  profile?: string | undefined;
  /** Stored size, before rotation and pixel aspect ratio. */
  width: number;
  height: number;
  /** Sample aspect ratio: a pixel's width divided by its height. */
  pixelAspect: number;
  /**
   * Clockwise rotation on playback in degrees: 0, 90, 180, 270 (or any other angle in a crafted
   * file).
   */
  rotation: number;
  pixelFormat: string;
  bitDepth: number;
  isInterlaced: boolean;
  /** The file has a display matrix that rotates or mirrors the video, even if `rotation` is 0. */
  hasDisplayMatrix: boolean;
  /** Delay in frames between decoding and display order: 0 without B-frames. */
  reorderedFrames: number;
  hasClosedCaptions: boolean;
  /**
   * Frame rates as fractions such as `30000/1001`; undefined if not specified. `base` is the lowest
   * rate that represents all timestamps (a guess).
   */
  averageFrameRate?: Rational | undefined;
  baseFrameRate?: Rational | undefined;
  frameCount?: number | undefined;
  color: Color;
  /**
   * Dolby Vision profile, if the track has its metadata. Profile 5 has no standard-compatible base
   * layer.
   */
  dolbyVision?: number | undefined;
  durationSeconds?: number | undefined;
  /** bit/s */
  bitrate?: number | undefined;
}

/** ffmpeg's names (`bt709`, `smpte2084`, `tv` …); absent if not specified. */
interface Color {
  space?: string | undefined;
  transfer?: string | undefined;
  primaries?: string | undefined;
  range?: string | undefined;
}

export interface AudioTrack extends Track {
  profile?: string | undefined;
  channels: number;
  channelLayout?: string | undefined;
  sampleRate: number;
  sampleFormat?: string | undefined;
  bitDepth?: number | undefined;
  /** Tags of this track; names in lower case. Ogg stores title and artist here. */
  tags: Record<string, string>;
  durationSeconds?: number | undefined;
  /** bit/s */
  bitrate?: number | undefined;
}

/** Cover art or another still image, stored as a video track with one frame. */
export interface AttachedPicture extends Track {
  width: number;
  height: number;
}

export interface Rational {
  numerator: number;
  denominator: number;
}

export interface MediaProbe {
  /** ffmpeg's demuxer: `mov,mp4,m4a,3gp,3g2,mj2`, `matroska,webm` … */
  format: string;
  /**
   * Absent in live recordings (MediaRecorder's WebM) and raw streams. An estimate for raw streams
   * and MPEG.
   */
  durationSeconds?: number | undefined;
  startSeconds: number;
  /** bit/s */
  bitrate?: number | undefined;
  /** Tags of the whole file; names in lower case. */
  tags: Record<string, string>;
  video: VideoTrack[];
  audio: AudioTrack[];
  pictures: AttachedPicture[];
  subtitles: Track[];
  /** Number of other tracks: timecode, sensor data and the like. */
  otherTracks: number;
  /** Some frame in it exceeds the probe's pixel limit. */
  hasTooManyPixels?: boolean | undefined;
}

/** Converts ffprobe's JSON (`-show_format -show_streams`). */
export function parseProbe(json: unknown): MediaProbe {
  const { streams, format } = parseFfprobeJson(json);
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
    video: video.map(videoTrack),
    audio: ofKind('audio').map(audioTrack),
    pictures: ofKind('video')
      .filter(isPicture)
      .map((s) => ({ ...track(s), width: s.width ?? 0, height: s.height ?? 0 })),
    subtitles: ofKind('subtitle').map(track),
  };
  const known = probe.video.length + probe.audio.length + probe.pictures.length + probe.subtitles.length;
  return { ...probe, otherTracks: streams.length - known };
}

function track(s: FfprobeStream): Track {
  const { language, title } = lowerCaseKeys(s.tags);
  return {
    index: s.index,
    codec: s.codec_name,
    language: language === 'und' ? undefined : language,
    title,
    isDefault: s.disposition.default === 1,
  };
}

function videoTrack(s: FfprobeStream): VideoTrack {
  const sideOf = (key: 'rotation' | 'dv_profile') =>
    s.side_data_list.find((side) => side[key] !== undefined)?.[key];
  const aspect = rational(s.sample_aspect_ratio?.replace(':', '/'));
  return {
    ...track(s),
    profile: s.profile,
    width: s.width ?? 0,
    height: s.height ?? 0,
    pixelAspect: aspect ? aspect.numerator / aspect.denominator : 1,
    rotation: (360 - (sideOf('rotation') ?? 0)) % 360,
    pixelFormat: s.pix_fmt ?? 'unknown',
    bitDepth: Number(s.pix_fmt?.match(/(?:p|gray|[a-z])(9|10|12|14|16)(?:le|be)$/)?.[1] ?? 8),
    isInterlaced: ['tt', 'bb', 'tb', 'bt'].includes(s.field_order ?? ''),
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

function audioTrack(s: FfprobeStream): AudioTrack {
  return {
    ...track(s),
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
