import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../base/config.ts';
import { MediaError } from '../../base/errors.ts';
import { transcodeFile as transcodeSound } from '../audio/transcode-file.ts';
import { assertEncoders } from '../ffmpeg/ffmpeg-encoders.ts';
import { ffmpegVersion } from '../ffmpeg/ffmpeg-version.ts';
import type { MediaProbe } from '../ffmpeg/media-probe.ts';
import { probeMedia } from '../ffmpeg/probe-media.ts';
import { scanPackets } from '../ffmpeg/scan-packets.ts';
import { type Outbox, withOutbox } from '../outbox.ts';
import { type Closing, type EarlierOutputs, type Emit, NOTHING_EARLIER } from '../output.ts';
import type { Profile } from '../profile/profile.ts';
import type { JobProgress } from '../progress.ts';
import { toolVersions } from '../sharp/hardened-sharp.ts';
import type { Watermarks } from '../watermark/watermark-image.ts';
import { type SplitWork, splitVideo } from './chunks/split-video.ts';
import { clippedSource } from './clip.ts';
import { encoderOf } from './codecs/encoder-arguments.ts';
import { changesSize, isHeard, lookAtFrames, type Run } from './decoded-frames.ts';
import { finishVideo, takesOver } from './finish-video.ts';
import { makeRenditions } from './make-renditions.ts';
import { videoMetadata } from './metadata.ts';
import { profileWatermark } from './overlay.ts';
import { picturesOf } from './pictures/picture-arguments.ts';
import { makePictures } from './pictures/pictures.ts';
import { planVideo, type VideoPlan } from './plan.ts';
import { progressReporter } from './progress.ts';
import { judgeFileEnd } from './source/file-end.ts';
import { assertPromisedLength, type VideoSource, videoSource } from './source/video-source.ts';
import { definedClip, pictureRecipe, videoRecipes } from './video-recipes.ts';

export const SETTINGS = [
  'ENABLE_HLS_TRANSCODING',
  'MEDIA_PROCESSOR_CONCURRENCY',
  'MAX_VIDEO_BYTES',
  'MAX_VIDEO_PIXELS',
  'MAX_VIDEO_SECONDS',
  'PROCESSING_TIMEOUT',
  'TRUNCATED_MEDIA',
  // For a file without video.
  'MAX_AUDIO_SECONDS',
  'ENABLE_LOUDNESS_NORMALIZATION',
] as const;

export interface VideoWork {
  config: Config<(typeof SETTINGS)[number]>;
  /** What to make; of a file without video, that of a recording. */
  profile: Pick<Profile, 'video' | 'audio'>;
  /** Image of the one that the profile names. */
  watermarks?: Watermarks;
  /**
   * Directory that contains only the upload, as `source`; everything is made there under fixed
   * names.
   */
  directory: string;
  /** Stem of the output keys, by which the storyboard's cues reference the sprite. */
  stem: string;
  signal?: AbortSignal | undefined;
  onProgress?(progress: JobProgress): void;
  /**
   * Called with each output as soon as it is ready, up to three at a time, while later ones are
   * made. Its file is deleted afterwards.
   */
  emit: Emit;
  earlier?: EarlierOutputs | undefined;
  /** If present, a long video is only prepared: other tasks encode it in chunks (chunks/). */
  split?: SplitWork | undefined;
}

/** Answer instead of outputs. */
export interface SplitVideo {
  /** Numbers of the chunks to encode. */
  chunks: number[];
}

/**
 * Processes one video on disk into all its outputs, without AWS. Throws a MediaError with the
 * category of the failure.
 *
 * Disk: the source, plus its MP4s (at most 9.2 Mbit/s in total, 13.8 above 30 fps: 25 GB for four
 * hours), plus the few HLS segments not yet uploaded. Memory grows with the frame size and the
 * threads, not with the duration (205 MiB for one minute of 360p, 216 MiB for twenty). Node and
 * ffmpeg together on 2 cores: 630 MiB for 1080p, 880 MiB for 4K HDR, 1.6 GiB for 8K HDR; 4K HDR
 * with 8 threads per codec: 1.2 GiB (bench/video).
 */
export function transcodeVideo(work: VideoWork & { split?: undefined }): Promise<Closing>;
export function transcodeVideo(work: VideoWork): Promise<Closing | SplitVideo>;
export function transcodeVideo(work: VideoWork): Promise<Closing | SplitVideo> {
  return withOutbox({ emit: work.emit, signal: work.signal }, (outbox, signal) =>
    transcode({ ...work, signal }, outbox),
  );
}

async function transcode(work: VideoWork, outbox: Outbox): Promise<Closing | SplitVideo> {
  const { config, profile, directory: cwd, signal } = work;
  const look = { input: 'source', cwd, signal, maxPixels: config.MAX_VIDEO_PIXELS };
  const { size } = await stat(join(cwd, 'source'));
  assertSize(size, config);
  let plan: VideoPlan | undefined;
  const progress = progressReporter(work.onProgress ?? (() => {}), () => plan?.source.durationSeconds ?? 1);

  progress.begin('analyze');
  const probe = await probeMedia(look);
  if (probe.video.length === 0 && probe.audio.length > 0) {
    const { signal = new AbortController().signal, emit, onProgress = () => {} } = work;
    const sound = {
      ...{ config, signal, emit, onProgress, profile: profile.audio, earlier: work.earlier },
      ...{ directory: cwd, source: 'source' },
    };
    return { ...(await transcodeSound(sound)), kind: 'AUDIO' };
  }
  assertPromisedLength(probe, config);
  const doubts = await judgeFileEnd(join(cwd, 'source'), probe.format, config);
  const run = { ...look, timeoutSeconds: config.PROCESSING_TIMEOUT, probeLength: probe.probeLength };
  const source = clippedSource(await audibleSource(probe, run, config), profile.video.clip);
  const watermark = await profileWatermark(profile.video, work.watermarks);
  plan = planVideo({ ...source, ...(await lookAtFrames(source, run)) }, config, profile.video, watermark);
  if (plan.renditions.some(({ isCopy }) => isCopy) && (await changesSize(plan.source, run)))
    plan = planVideo({ ...plan.source, changesSize: true }, config, profile.video, watermark);
  await assertEncoders(plan.renditions.filter(({ codec }) => codec !== 'h264').map(encoderOf));

  const closing = {
    metadata: videoMetadata(probe, plan, size),
    ...(profile.video.clip && { metadataDefinition: definedClip(profile.video) }),
    degraded: [...doubts, ...plan.source.notes, ...plan.notes],
    // Watermarks are scaled by sharp.
    tools: { ffmpeg: await ffmpegVersion(), ...(watermark && toolVersions) },
  };
  progress.begin('pictures');
  const chunks = work.split && (await splitVideo(work.split, { run, plan, closing, bytes: size }));
  if (chunks) return { chunks };
  const { earlier = NOTHING_EARLIER } = work;
  const pictures = picturesOf(plan).filter(
    ({ name }) => !takesOver(earlier, pictureRecipe(profile.video, name), (file) => file === name),
  );
  if (pictures.length > 0)
    for (const picture of await makePictures(plan, run))
      if (pictures.some(({ name }) => name === picture.name)) outbox.send(picture);

  progress.begin('transcode');
  const made = await makeRenditions({ plan, run, config, progress, earlier, send: outbox.send });
  progress.begin('publish');
  const notes = await finishVideo({ plan, run, made, earlier, stem: work.stem }, outbox);
  return { ...closing, degraded: [...closing.degraded, ...notes], planned: videoRecipes(plan) };
}

/** Selects the tracks; without the sound if none of it can be decoded. */
async function audibleSource(
  probe: MediaProbe,
  run: Run & { input: string },
  config: VideoWork['config'],
): Promise<VideoSource> {
  const scan = await scanPackets(run, probe);
  const source = videoSource(probe, scan, config);
  if (await isHeard(source, run)) return source;
  const silent = videoSource({ ...probe, audio: [] }, scan, config);
  return { ...silent, notes: [...silent.notes, 'The audio was dropped: none of it can be decoded.'] };
}

function assertSize(size: number, { MAX_VIDEO_BYTES }: VideoWork['config']): void {
  if (size === 0) throw new MediaError('EmptyFile', 'Expected a video, got no bytes.');
  if (size > MAX_VIDEO_BYTES)
    throw new MediaError('FileTooLarge', `Expected at most ${MAX_VIDEO_BYTES} bytes, got ${size}.`);
}
