import { MediaError } from '../../base/errors.ts';
import type { TrackScan } from '../ffmpeg/scan-packets.ts';
import type { VideoProfile } from '../profile/video-profile.ts';
import { MIN_RATE } from './frame-rate.ts';
import { slackOf, stillOf, type VideoSource } from './source/video-source.ts';

/** Less sound in a clip than this, in seconds, is none. */
const LEAST_SOUND_SECONDS = 0.05;
/** Decoded before the key frame that is needed, since demuxers of some formats seek roughly. */
const MARGIN_SECONDS = 1;

/**
 * Returns the source as if it began and ended where the clip does. A clip of the whole is none, so that
 * its packets may be copied. Throws `ClipOutOfRange` if it has no pictures.
 */
export function clippedSource(source: VideoSource, clip: VideoProfile['clip']): VideoSource {
  if (!clip) return source;
  const { durationSeconds: uploadSeconds, videoScan } = source;
  const { startSeconds } = clip;
  const endSeconds = Math.min(clip.endSeconds ?? uploadSeconds, uploadSeconds);
  if (startSeconds === 0 && endSeconds === uploadSeconds) return source;
  const delay = delayOf(source);
  const originSeconds = source.originSeconds + delay;
  assertPictures({ ...source, originSeconds }, { startSeconds, endSeconds });
  const durationSeconds = endSeconds - startSeconds;
  const clipped: VideoSource = {
    ...source,
    clip: { startSeconds, endSeconds, uploadSeconds },
    durationSeconds,
    originSeconds: originSeconds + startSeconds,
    leadSeconds: source.leadSeconds + delay + startSeconds,
    slackSeconds: slackOf(source.averageRate, durationSeconds),
  };
  const sound = source.audioScan && within(source.audioScan, clipped);
  if (!sound) return { ...clipped, stillSeconds: 0 };
  if (sound.seconds < LEAST_SOUND_SECONDS) return withoutSound(clipped);
  const pictures = within(videoScan, clipped);
  return { ...clipped, stillSeconds: stillOf(pictures.endSeconds, sound.endSeconds, clipped.slackSeconds) };
}

/** Seconds for which the source has pictures. */
export const pictureSeconds = (source: VideoSource): number =>
  source.clip
    ? // Without what a subtraction leaves, by which there would be a tile less.
      Number(within(source.videoScan, source).seconds.toFixed(6))
    : source.videoScan.endSeconds - source.videoScan.startSeconds;

/** Frames of a clip at a rate, from a position in it: at least one. */
export const framesOf = ({ durationSeconds }: VideoSource, rate: number, at = 0): number =>
  Math.max(1, Math.round((durationSeconds - at) * rate));

/**
 * Returns input options that decode from the key frame before a position of a clip. What is decoded
 * before it has negative timestamps, and filters leave it out: `-accurate_seek` would drop the frame
 * that is on the screen at the beginning, and counts on demuxers that find key frames. `offset` is
 * added to all timestamps.
 */
export function inputOfClip(source: VideoSource, offset: number, at = 0): string[] {
  const { uploadSeconds = 0 } = source.clip ?? {};
  const position = source.leadSeconds + at;
  const { keyFrameGapSeconds: gap } = source.videoScan;
  // Where the clock jumps, only those who read all of it know what time it is. Frames of a program
  // stream without a timestamp of their own are counted from the first that is read.
  const isSeekable = !source.isJoined && Number.isFinite(gap) && source.format !== 'mpeg';
  const seek = isSeekable ? Math.max(0, position - gap - MARGIN_SECONDS) : 0;
  return [
    ...(seek > 0 ? ['-noaccurate_seek', '-ss', seek.toFixed(6)] : []),
    ...['-itsoffset', (offset - position + seek).toFixed(6)],
    // Filters end the clip, with a frame that may go on beyond it.
    ...['-t', `${Math.ceil(position + uploadSeconds + source.slackSeconds) + 1}`],
  ];
}

function assertPictures(
  { originSeconds, videoScan, averageRate }: VideoSource,
  { startSeconds, endSeconds }: { startSeconds: number; endSeconds: number },
): void {
  const [begin, end] = [videoScan.startSeconds - originSeconds, videoScan.endSeconds - originSeconds];
  if (startSeconds > end - 1.5 * frameSeconds(averageRate))
    throw new MediaError(
      'ClipOutOfRange',
      `Expected a video with pictures beyond ${startSeconds} s, where the profile's video.clip begins, got ${end.toFixed(2)} s.`,
    );
  if (begin >= endSeconds)
    throw new MediaError(
      'ClipOutOfRange',
      `Expected a video with pictures before ${endSeconds} s, where the profile's video.clip ends, got none before ${begin.toFixed(2)} s.`,
    );
}

/** Seconds of sound that the outputs of the whole leave out at the beginning (encode.ts): positions do not count them. */
function delayOf({ originSeconds, videoScan, averageRate }: VideoSource): number {
  const seconds = videoScan.startSeconds - originSeconds;
  return seconds < frameSeconds(averageRate) ? seconds : 0;
}

/** Of the outputs, which show a frame of a slide show many times. */
const frameSeconds = (averageRate = 15) => 1 / Math.max(averageRate, MIN_RATE);

/** The part of a track that is in the clip. */
function within({ startSeconds, endSeconds }: TrackScan, { originSeconds, durationSeconds }: VideoSource) {
  const start = Math.max(startSeconds, originSeconds);
  const end = Math.min(endSeconds, originSeconds + durationSeconds);
  return { endSeconds: end, seconds: end - start };
}

function withoutSound({ audio: _, audioScan: __, ...source }: VideoSource): VideoSource {
  return { ...source, stillSeconds: 0, notes: [...source.notes, 'There is no sound in the clip.'] };
}
