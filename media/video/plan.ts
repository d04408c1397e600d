import type { Rational } from '../ffmpeg/media-probe.ts';
import type { OutputName } from '../kinds/outputs.ts';
import { THUMBNAIL_SIZES, THUMBNAILS } from '../thumbnails.ts';
import { type FrameRate, frameRateOf, ratio } from './frame-rate.ts';
import { ladderFor, type Size, shrink, type VideoRendition } from './ladder.ts';
import { canCopyAudio, canCopyVideo } from './remux.ts';
import type { VideoSource } from './source.ts';
import { type Storyboard, storyboardFor } from './storyboard.ts';

export interface VideoSettings {
  ENABLE_HLS_TRANSCODING: boolean;
  /** Threads per decoder and encoder; 0 for one per core. */
  MEDIA_PROCESSOR_CONCURRENCY: number;
}

/** Still image of the video, and its name. */
export interface Picture {
  name: OutputName;
  size: Size;
}

export interface VideoPlan {
  source: VideoSource;
  /** Largest first, at least one. */
  renditions: VideoRendition[];
  frameRate: FrameRate;
  audio: 'none' | 'copy' | 'encode';
  hls: boolean;
  /** Positions at which to look for a representative frame, in seconds, until one is not dark. */
  picturesAt: readonly number[];
  picture: Size;
  thumbnails: readonly Picture[];
  storyboard: Storyboard;
  threads: number;
}

const POSTER_SHORT_SIDE = 1080;
/** The very first frame is usually black or a title; films may be dark for minutes. */
const PICTURE_POSITION = { share: 0.1, atMost: 30 };
const LATER_POSITIONS = [0.3, 0.5, 0.7, 0.9];

/** Plans all outputs of one video; the same source and settings give the same plan. */
export function planVideo(source: VideoSource, settings: VideoSettings): VideoPlan {
  const hls = settings.ENABLE_HLS_TRANSCODING;
  const frameRate = frameRateOf(source.averageRate, source.video.baseFrameRate);
  const renditions = ladderFor(source.display, ratio(frameRate)).map((rendition, _, { length }) => ({
    ...rendition,
    isCopy: canCopyVideo(source, rendition, { frameRate, hls, isAlone: length === 1 }),
  }));
  const picture = shrink(source.display, POSTER_SHORT_SIDE, POSTER_SHORT_SIDE * 4);
  return {
    source,
    renditions,
    frameRate,
    audio: !source.audio
      ? 'none'
      : renditions.some((r) => r.isCopy) && canCopyAudio(source)
        ? 'copy'
        : 'encode',
    hls,
    picturesAt: [
      Math.min(source.durationSeconds * PICTURE_POSITION.share, PICTURE_POSITION.atMost),
      ...LATER_POSITIONS.map((share) => source.durationSeconds * share),
    ],
    picture,
    thumbnails: THUMBNAIL_SIZES.map((size) => ({
      name: `thumb_${size}.jpg`,
      size: shrink(picture, THUMBNAILS[size], THUMBNAILS[size]),
    })),
    storyboard: storyboardFor(source.display, source.videoScan.endSeconds - source.videoScan.startSeconds),
    threads: settings.MEDIA_PROCESSOR_CONCURRENCY,
  };
}

export const fraction = ({ numerator, denominator }: Rational) => `${numerator}/${denominator}`;
