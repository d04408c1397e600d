import type { ProbeLength } from './ffmpeg-guards.ts';

export interface Track {
  /** Stream index, for `-map 0:{index}`. */
  index: number;
  /** ffmpeg's name, or `unknown`. */
  codec: string;
  /** ffmpeg has a decoder, and it is allowed (ffmpeg-guards.ts). */
  isDecodable: boolean;
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
  /** Absent if neither container nor codec specifies it: only frames tell (media/video/decoded-frames.ts). */
  fieldOrder?: 'progressive' | 'interlaced' | undefined;
  hasAlpha: boolean;
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
  /** ID3's and FLAC's picture type, as ffmpeg names it: `Cover (front)`, `Cover (back)` … */
  purpose?: string | undefined;
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
  /** How much of the file had to be read to find what its tracks are like. Default: short. */
  probeLength?: ProbeLength | undefined;
  /** Some frame in it exceeds the probe's pixel limit. */
  hasTooManyPixels?: boolean | undefined;
}
