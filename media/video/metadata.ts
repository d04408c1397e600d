import type { AudioTrack, MediaProbe, Track } from '../ffmpeg/media-probe.ts';
import { dynamicRangeOf } from './color.ts';
import { ratio } from './frame-rate.ts';
import type { VideoPlan } from './plan.ts';

const rounded = (value: number, digits = 3) => Number(value.toFixed(digits));
const labels = ({ codec, language, title }: Track) => ({ codec, language, title });

/**
 * Builds the upload's `metadata.json`. Only the fields listed here are published: locations, device
 * names and comments are not.
 */
export function videoMetadata(
  probe: MediaProbe,
  { source, frameRate, audio: audioMode }: VideoPlan,
  bytes: number,
): object {
  const { video, audio, display, averageRate, clip } = source;
  const durationSeconds = clip?.uploadSeconds ?? source.durationSeconds;
  const keptAudio = audioMode === 'none' ? undefined : audio;
  return {
    container: probe.format,
    durationSeconds: rounded(durationSeconds),
    /** What the outputs show of it. */
    ...(clip && { clip: clipFacts(clip) }),
    bytes,
    bitrate: Math.round((bytes * 8) / durationSeconds),
    createdAt: creationDate(probe.tags),
    width: display.width,
    height: display.height,
    video: {
      codec: video.codec,
      profile: video.profile,
      codedWidth: video.width,
      codedHeight: video.height,
      pixelAspect: rounded(video.pixelAspect, 4),
      rotation: video.rotation,
      frameRate: rounded(averageRate ?? ratio(frameRate)),
      isVariableFrameRate: frameRate.isVariable,
      isInterlaced: video.fieldOrder === 'interlaced' || source.hiddenFields !== undefined,
      pixelFormat: video.pixelFormat,
      bitDepth: video.bitDepth,
      dynamicRange: dynamicRangeOf(video),
      dolbyVisionProfile: video.dolbyVision,
      color: video.color,
      bitrate: Math.round((source.videoScan.bytes * 8) / durationSeconds),
    },
    audio: probe.audio.map((track) => audioFacts(track, track === keptAudio)),
    /** Tracks that are in no output. */
    dropped: {
      video: probe.video.filter((track) => track !== video).map(labels),
      audio: probe.audio.filter((track) => track !== keptAudio).map(labels),
      subtitles: probe.subtitles.map(labels),
      pictures: probe.pictures.length,
      other: probe.otherTracks,
    },
  };
}

const clipFacts = ({ startSeconds, endSeconds }: NonNullable<VideoPlan['source']['clip']>) => ({
  startSeconds: rounded(startSeconds),
  endSeconds: rounded(endSeconds),
  durationSeconds: rounded(endSeconds - startSeconds),
});

const audioFacts = (track: AudioTrack, isKept: boolean) => ({
  ...labels(track),
  profile: track.profile,
  channels: track.channels,
  channelLayout: track.channelLayout,
  sampleRate: track.sampleRate,
  bitrate: track.bitrate,
  isKept,
});

/**
 * Returns the creation date in ISO 8601 as the camera wrote it (Apple's own tag includes the time
 * zone); undefined if its clock was never set (1904, 1970).
 */
function creationDate(tags: Record<string, string>): string | undefined {
  const said = tags['com.apple.quicktime.creationdate'] ?? tags.creation_time ?? tags.date;
  const time = said && /^\d{4}-\d\d-\d\d/.test(said) ? new Date(said) : undefined;
  return time && time.getUTCFullYear() > 1971 ? said : undefined;
}
