import { isStandardColor } from './color.ts';
import { type FrameRate, ratio } from './frame-rate.ts';
import { MAX_SEGMENT_SECONDS } from './hls.ts';
import type { VideoRendition } from './ladder.ts';
import type { VideoSource } from './source/video-source.ts';

const PROFILES = ['Constrained Baseline', 'Baseline', 'Main', 'High'];
/** Containers whose packets can be copied to MP4 unchanged. */
const CONTAINERS = /^(mov|matroska)/;
const RATES = [44_100, 48_000];
/** Maximum offset between the start of audio and video: players wait for both. */
const MAX_START_SECONDS = 0.1;
const MAX_AUDIO_BITRATE = 200_000;

/**
 * Returns true if the source's packets already match this rendition's codec, size and bitrate, and
 * can be copied. Closed captions and other SEI messages are inside the packets, where some cameras
 * also store the location. Copying drops them all, so video with captions is encoded. HLS needs
 * keyframes close enough together to cut segments.
 */
export function canCopyVideo(
  { video, videoScan, originSeconds, format, display, stillSeconds, changesSize, clip }: VideoSource,
  rendition: VideoRendition,
  {
    frameRate,
    hls,
    isAlone,
    isMixed,
  }: Record<'hls' | 'isAlone' | 'isMixed', boolean> & { frameRate: FrameRate },
): boolean {
  const seconds = videoScan.endSeconds - videoScan.startSeconds;
  const start = videoScan.startSeconds - originSeconds;
  // Segments of a copied and an encoded rendition start at the same frames only if the source's
  // frames lie on the encoder's grid.
  const canAlign = isAlone || (start < 0.5 / ratio(frameRate) && video.reorderedFrames <= 2);
  return (
    // It may begin between key frames.
    !clip &&
    rendition.codec === 'h264' &&
    video.codec === 'h264' &&
    PROFILES.includes(video.profile ?? '') &&
    video.pixelFormat === 'yuv420p' &&
    CONTAINERS.test(format) &&
    !(video.fieldOrder === 'interlaced' || video.hasDisplayMatrix || video.hasClosedCaptions) &&
    isStandardColor(video) &&
    !changesSize &&
    video.width === display.width &&
    video.width === rendition.width &&
    video.height === rendition.height &&
    !frameRate.isVariable &&
    near(frameRate, video.baseFrameRate) &&
    start < MAX_START_SECONDS &&
    stillSeconds === 0 &&
    videoScan.bytes * 8 <= rendition.maxBitrate * seconds &&
    Number.isFinite(videoScan.keyFrameGapSeconds) &&
    // Other codecs have key frames of their own.
    !(hls && isMixed) &&
    (!hls || (videoScan.keyFrameGapSeconds <= MAX_SEGMENT_SECONDS && !videoScan.hasOpenGroups && canAlign))
  );
}

export function canCopyAudio({ audio, audioScan, originSeconds }: VideoSource): boolean {
  if (!audio || !audioScan) return false;
  const seconds = audioScan.endSeconds - audioScan.startSeconds;
  return (
    audio.codec === 'aac' &&
    audio.profile === 'LC' &&
    audio.channels <= 2 &&
    RATES.includes(audio.sampleRate) &&
    audioScan.bytes * 8 <= MAX_AUDIO_BITRATE * seconds &&
    audioScan.startSeconds - originSeconds < MAX_START_SECONDS
  );
}

const near = (made: FrameRate, said: VideoSource['video']['baseFrameRate']) =>
  said !== undefined && Math.abs(ratio(made) / ratio(said) - 1) < 0.001;
