import type { Rational } from '../ffmpeg/media-probe.ts';
import type { OutputName } from '../kinds/outputs.ts';
import type { VideoProfile } from '../profile/video-profile.ts';
import type { DecodedWatermark } from '../watermark/watermark-image.ts';
import { pictureSeconds } from './clip.ts';
import { possibleCodec } from './codecs/possible-codec.ts';
import { type FrameRate, frameRateOf, ratio } from './frame-rate.ts';
import { ladderFor, type Size, shrink, type VideoRendition } from './ladder.ts';
import { type Storyboard, storyboardFor } from './pictures/storyboard.ts';
import { canCopyAudio, canCopyVideo } from './remux.ts';
import type { VideoSource } from './source/video-source.ts';
import { isStreamed } from './video-recipes.ts';

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
  profile: VideoProfile;
  watermark: DecodedWatermark | undefined;
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
  /** Reasons why outputs are not as the profile asks. */
  notes: string[];
}

/** The very first frame is usually black or a title; films may be dark for minutes. */
const PICTURE_POSITION = { share: 0.1, atMost: 30 };
const LATER_POSITIONS = [0.3, 0.5, 0.7, 0.9];

/** Plans all outputs of one video; the same source, settings and profile give the same plan. */
export function planVideo(
  source: VideoSource,
  settings: VideoSettings,
  profile: VideoProfile,
  watermark?: DecodedWatermark,
): VideoPlan {
  const hls = isStreamed(profile, settings);
  const frameRate = frameRateOf(source.averageRate, source.video.baseFrameRate);
  const possible = ladderFor(source.display, ratio(frameRate), profile.renditions).map(possibleCodec);
  const isAlone = possible.length === 1;
  const isMixed = possible.some(({ rendition }) => rendition.codec !== 'h264');
  const renditions = possible.map(({ rendition }) => ({
    ...rendition,
    isCopy: !watermark && canCopyVideo(source, rendition, { frameRate, hls, isAlone, isMixed }),
  }));
  const { poster } = profile;
  const picture = shrink(source.display, poster.shortSide, poster.shortSide * 4);
  return {
    source,
    profile,
    watermark,
    renditions,
    frameRate,
    audio: !source.audio
      ? 'none'
      : renditions.some((r) => r.isCopy) && canCopyAudio(source)
        ? 'copy'
        : 'encode',
    hls,
    // What follows the last frame of a clip is not shown.
    picturesAt: picturesAt(
      source.durationSeconds - (source.clip ? 1 / ratio(frameRate) : 0),
      poster.atSeconds,
    ),
    picture,
    thumbnails: profile.thumbnails.map(({ name, side }) => ({
      name: `${name}.jpg` as const,
      size: shrink(picture, side, side),
    })),
    storyboard: storyboardFor(source.display, pictureSeconds(source), profile.storyboard),
    threads: settings.MEDIA_PROCESSOR_CONCURRENCY,
    notes: [...possible.flatMap(({ notes }) => notes), ...captionNotes(source, renditions)],
  };
}

/** Only libx264 writes them. */
function captionNotes({ video }: VideoSource, renditions: readonly VideoRendition[]): string[] {
  if (!video.hasClosedCaptions) return [];
  return renditions
    .filter(({ codec }) => codec !== 'h264')
    .map(({ name, codec }) => `${name}.mp4 has no closed captions: ${codec} is encoded without them.`);
}

/** A position beyond the end counts as the end, where the last frame is found. */
function picturesAt(durationSeconds: number, atSeconds: number | undefined): number[] {
  if (atSeconds !== undefined) return [Math.min(atSeconds, durationSeconds)];
  return [
    Math.min(durationSeconds * PICTURE_POSITION.share, PICTURE_POSITION.atMost),
    ...LATER_POSITIONS.map((share) => durationSeconds * share),
  ];
}

export const fraction = ({ numerator, denominator }: Rational) => `${numerator}/${denominator}`;
