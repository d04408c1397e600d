import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../base/config.ts';
import { MediaError } from '../../base/errors.ts';
import { transcodeFile as transcodeSound } from '../audio/transcode-file.ts';
import { ffmpegVersion } from '../ffmpeg/ffmpeg-version.ts';
import type { MediaProbe } from '../ffmpeg/media-probe.ts';
import { probeMedia } from '../ffmpeg/probe-media.ts';
import { runFfmpeg } from '../ffmpeg/run-ffmpeg.ts';
import { scanPackets } from '../ffmpeg/scan-packets.ts';
import { type Outbox, openOutbox } from '../outbox.ts';
import type { Closing, Emit } from '../output.ts';
import type { Profile } from '../profile/profile.ts';
import type { JobProgress } from '../progress.ts';
import { assertLasts, checkedRendition, judgeDamage, judgeLength } from './check-output.ts';
import { changesSize, isHeard, lookAtFrames, type Run } from './decoded-frames.ts';
import { encoding } from './encode.ts';
import { judgeFileEnd } from './file-end.ts';
import { ratio } from './frame-rate.ts';
import { segmentsFolder } from './hls.ts';
import { videoMetadata } from './metadata.ts';
import { makePictures, makeStoryboard, storyboardRecipe } from './pictures/pictures.ts';
import { makePreviews } from './pictures/previews.ts';
import { storyboardVtt } from './pictures/storyboard.ts';
import { planVideo, type VideoPlan } from './plan.ts';
import { progressReporter } from './progress.ts';
import { segmentCollector } from './segments.ts';
import { assertPromisedLength, type VideoSource, videoSource } from './source.ts';

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

/**
 * Maximum number of concurrent uploads. More would compete for bandwidth, and hold up to 24 MB each
 * in memory.
 */
const UPLOADS = 3;

export interface VideoWork {
  config: Config<(typeof SETTINGS)[number]>;
  /** What to make; of a file without video, that of a recording. */
  profile: Pick<Profile, 'video' | 'audio'>;
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
export async function transcodeVideo(work: VideoWork): Promise<Closing> {
  const outbox = openOutbox(work.emit, { atOnce: UPLOADS, removesFiles: true });
  const signal = AbortSignal.any([outbox.failed, ...(work.signal ? [work.signal] : [])]);
  try {
    const closing = await transcode({ ...work, signal }, outbox);
    await outbox.delivered();
    return closing;
  } catch (error) {
    // No upload may be in progress when the caller removes the directory.
    await outbox.stopped();
    throw outbox.failed.aborted ? outbox.failed.reason : error;
  }
}

async function transcode(work: VideoWork, outbox: Outbox): Promise<Closing> {
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
      ...{ config, signal, emit, onProgress, profile: profile.audio },
      ...{ directory: cwd, source: 'source' },
    };
    return { ...(await transcodeSound(sound)), kind: 'AUDIO' };
  }
  assertPromisedLength(probe, config);
  const doubts = await judgeFileEnd(join(cwd, 'source'), probe.format, config);
  const run = { ...look, timeoutSeconds: config.PROCESSING_TIMEOUT, probeLength: probe.probeLength };
  const source = await audibleSource(probe, run, config);
  plan = planVideo({ ...source, ...(await lookAtFrames(source, run)) }, config, profile.video);
  if (plan.renditions.some(({ isCopy }) => isCopy) && (await changesSize(plan.source, run)))
    plan = planVideo({ ...plan.source, changesSize: true }, config, profile.video);

  progress.begin('pictures');
  for (const picture of await makePictures(plan, run)) outbox.send(picture);

  progress.begin('transcode');
  const segments = plan.hls ? segmentCollector(plan, cwd, outbox.send) : undefined;
  for (const { name } of plan.hls ? plan.renditions : [])
    await mkdir(join(cwd, segmentsFolder(name)), { recursive: true });
  const { damage, reached } = await runFfmpeg({
    ...run,
    ...encoding(plan),
    onProgress(position) {
      progress.encoded(position);
      segments?.collect();
    },
  });
  const notes = [...doubts, ...plan.source.notes, ...judgeDamage(damage, plan.source, config)];

  progress.begin('publish');
  const encodedSeconds = Math.min(reached.seconds, reached.frames / ratio(plan.frameRate));
  notes.push(...judgeLength(plan.source, { encodedSeconds }));
  const streamed = await segments?.finish();
  for (const [name, seconds] of streamed?.seconds ?? [])
    assertLasts(plan.source, { seconds, name: `the HLS rendition ${name}`, encodedSeconds });
  for (const preview of await makePreviews(plan, run, { encodedSeconds })) outbox.send(preview);
  for (const rendition of plan.renditions)
    outbox.send(await checkedRendition(plan, rendition, { cwd, signal, encodedSeconds }));
  for (const playlist of streamed?.playlists ?? []) outbox.send(playlist);
  outbox.send(await makeStoryboard(plan, run));
  const sprite = `${encodeURIComponent(work.stem)}_storyboard.jpg`;
  const vtt = storyboardVtt(plan.storyboard, sprite, plan.source.durationSeconds);
  outbox.send({
    ...{ name: 'storyboard.vtt', contentType: 'text/vtt; charset=utf-8', body: Buffer.from(vtt) },
    recipe: storyboardRecipe(plan),
  });
  return {
    metadata: videoMetadata(probe, plan, size),
    degraded: [...notes, ...(streamed?.notes ?? [])],
    tools: { ffmpeg: await ffmpegVersion() },
  };
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
