import { join } from 'node:path';
import type { Config } from '../../base/config.ts';
import { MediaError } from '../../base/errors.ts';
import { ffmpegVersion } from '../ffmpeg/ffmpeg-version.ts';
import { judgeTruncated } from '../ffmpeg/media-damage.ts';
import type { MediaProbe } from '../ffmpeg/media-probe.ts';
import { probeMedia } from '../ffmpeg/probe-media.ts';
import type { OutputName } from '../kinds/outputs.ts';
import { openOutbox } from '../outbox.ts';
import type { Closing, EarlierOutputs, Emit, Output, Recipe } from '../output.ts';
import type { AudioProfile } from '../profile/audio-profile.ts';
import type { JobProgress } from '../progress.ts';
import { toolVersions } from '../sharp/hardened-sharp.ts';
import { audioFile, audioMetadata, audioRecipe, audioRecipes, COVER, WAVEFORM } from './audio-recipes.ts';
import { audioSource } from './audio-source.ts';
import { checkOutput } from './check-output.ts';
import { describeSource, encodedFacts } from './describe.ts';
import { encodeOnce, padsOf } from './encode-once.ts';
import { expectedLength } from './expected-length.ts';
import { judgeDecoded } from './judge-decoded.ts';
import type { Look } from './look.ts';
import { readLoudness } from './loudness.ts';
import { measureLoudness } from './measure-loudness.ts';
import type { Peaks } from './peaks.ts';
import { decoderOptions, type Encoder, planAudio } from './plan.ts';
import { progressReporter } from './progress.ts';
import { bestCover } from './tags/cover.ts';
import { readEmbeddedTags } from './tags/embedded-tags.ts';
import { PICTURE, waveformJson, waveformPng } from './waveform.ts';

export interface FileWork {
  /** Empty directory; everything is made there under fixed names. */
  directory: string;
  /** File name of the source in the directory. */
  source: string;
  config: Config<
    'PROCESSING_TIMEOUT' | 'MAX_AUDIO_SECONDS' | 'ENABLE_LOUDNESS_NORMALIZATION' | 'TRUNCATED_MEDIA'
  >;
  profile: AudioProfile;
  signal: AbortSignal;
  onProgress(progress: JobProgress): void;
  /** Called with each output as soon as it is ready. */
  emit: Emit;
  earlier?: EarlierOutputs | undefined;
}

/** Applies to covers only. */
const MAX_PIXELS = 36_000_000;
/** Enough to publish the audio files, the waveforms and the cover at once. */
const UPLOADS = 5;

/**
 * Processes one recording on disk into all its outputs, without AWS. Throws `CorruptMedia` and
 * similar errors for defects in the file.
 */
export async function transcodeFile(work: FileWork): Promise<Closing> {
  const { directory, config, profile, signal, emit } = work;
  const file = { input: work.source, cwd: directory, maxPixels: MAX_PIXELS, signal };
  const progress = progressReporter(work.onProgress);
  progress.begin('analyze');
  const probe = await probeMedia({ ...file, timeoutSeconds: 60 });
  const look: Look = { ...file, probeLength: probe.probeLength, timeoutSeconds: config.PROCESSING_TIMEOUT };
  const source = audioSource(probe);
  const expected = await expectedLength(source, look);
  if (expected.truncated) judgeTruncated(expected.truncated, config.TRUNCATED_MEDIA);
  assertShort(expected.seconds, config);

  const before = config.ENABLE_LOUDNESS_NORMALIZATION
    ? await measureLoudness(source, look, {
        seconds: expected.seconds,
        target: profile.loudness,
        onSeconds: (seconds) => progress.done('measure', seconds, expected.seconds),
      })
    : undefined;
  const settings = { isNormalized: before !== undefined };
  const isTaken = (recipe: Recipe, isMeant: (name: OutputName) => boolean) =>
    work.earlier?.takeOver([recipe], isMeant) !== undefined;
  const outputs = profile.outputs.filter(
    (output) => !isTaken(audioRecipe(output, profile, settings), (file) => file === audioFile(output)),
  );
  const plan = planAudio(source, { gainDb: before?.gainDb ?? 0, outputs });
  const normalization = before && { ...profile.loudness, gainDb: before.gainDb };
  let notes: string[] = [];
  const decoded = await encodeOnce({
    plan,
    decode: { ...look, ...decoderOptions(source, padsOf(plan), before ? [] : [{ name: 'source' }]) },
    onFrames(frames) {
      assertShort(frames / source.sampleRate, config);
      progress.done('transcode', frames / source.sampleRate, expected.seconds);
    },
    assertWhole(all) {
      notes = judgeDecoded(source, expected, all, config);
    },
  });

  progress.begin('publish');
  const seconds = decoded.frames / source.sampleRate;
  const embedded = await readEmbeddedTags(source, { ...look, timeoutSeconds: 60 });
  const outbox = openOutbox(emit, { atOnce: UPLOADS });
  for (const encoder of plan.encoders)
    outbox.send(async () => [
      {
        ...(await encodedFile(encoder, seconds, { ...look, timeoutSeconds: 60 })),
        recipe: audioRecipe(encoder.output, profile, settings),
      },
    ]);
  if (!isTaken(WAVEFORM, (file) => file.startsWith('waveform.'))) outbox.send(() => waveforms(decoded.peaks));
  let cover: Output | undefined;
  outbox.send(async () => {
    // Described in any case.
    cover = await bestCover(probe.pictures, look);
    return cover && !isTaken(COVER, (file) => file.startsWith('cover.')) ? [cover] : [];
  });
  await outbox.delivered();

  const loudness = before?.loudness ?? readLoudness(decoded.log, 'source', seconds);
  return {
    metadata: describeSource({ probe, source, embedded, seconds, loudness, normalization, cover }),
    metadataDefinition: audioMetadata(profile, settings),
    degraded: [
      ...new Set([...expected.notes, ...notes, ...leftOut(probe, probe.pictures.length > 0 && !cover)]),
    ],
    tools: { ffmpeg: await ffmpegVersion(), ...toolVersions },
    planned: audioRecipes(profile, settings),
  };
}

function assertShort(seconds: number, { MAX_AUDIO_SECONDS: most }: FileWork['config']): void {
  if (seconds > most)
    throw new MediaError(
      'DurationTooLong',
      `Expected at most ${most} s of audio, got ${Math.ceil(seconds)} s.`,
    );
}

function leftOut({ audio, video }: MediaProbe, isCoverBroken: boolean): string[] {
  return [
    ...(audio.length > 1 ? [`One of ${audio.length} audio tracks was used.`] : []),
    ...(video.length > 0 ? ['The video track was ignored.'] : []),
    ...(isCoverBroken ? ['The cover art cannot be read.'] : []),
  ];
}

async function encodedFile(encoder: Encoder, seconds: number, look: Look): Promise<Omit<Output, 'recipe'>> {
  const { file: name, contentType } = encoder;
  const facts = encodedFacts(encoder, await checkOutput(encoder, seconds, look));
  return { name, contentType, body: { file: join(look.cwd, name) }, facts };
}

async function waveforms(peaks: Peaks): Promise<Output[]> {
  const picture = await waveformPng(peaks);
  return [
    { name: 'waveform.json', contentType: 'application/json', body: waveformJson(peaks), recipe: WAVEFORM },
    {
      name: 'waveform.png',
      contentType: 'image/png',
      body: picture,
      facts: { ...PICTURE },
      recipe: WAVEFORM,
    },
  ];
}
