import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { transcodeFile } from '../../media/audio/transcode-file.ts';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';
import { attack, type Made } from '../support/mutation/attack.ts';
import { type AudioFile, audioSources } from '../support/mutation/audio-sources.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { soundStudio } from '../support/sound.ts';
import { CONFIG } from '../unit/media/audio/transcode.ts';

const FILES = proofSize(25);
/** Far above what a second of sound takes on a busy machine. */
const BOUND_SECONDS = 60;

interface Transcoded {
  /** Peaks of all samples that were decoded. */
  waveform: string;
  degraded: string[];
}

let studio: Awaited<ReturnType<typeof soundStudio>>;
beforeAll(async () => {
  studio = await soundStudio();
});
afterAll(() => studio.remove());

/** Transcodes a file as TranscodeAudio does. Fails if something is published of a file that is refused. */
async function transcode(bytes: Buffer): Promise<Transcoded> {
  const directory = await mkdtemp(join(studio.directory, 'work-'));
  const published = new Map<string, Buffer | string>();
  await writeFile(join(directory, 'source'), bytes);
  try {
    const { degraded = [] } = await transcodeFile({
      profile: DEFAULT_PROFILE.audio,
      ...{ directory, source: 'source', config: CONFIG, signal: new AbortController().signal },
      onProgress: () => {},
      emit: async ({ name, body }) => {
        published.set(name, Buffer.isBuffer(body) ? body : body.file);
      },
    });
    const absent = ['audio.mp3', 'audio.m4a', 'audio.ogg', 'waveform.png'].filter(
      (name) => !published.has(name),
    );
    if (absent.length > 0) throw new Error(`Expected all outputs, got no ${absent}`);
    return { waveform: String(published.get('waveform.json')), degraded };
  } catch (error) {
    if (published.size === 0) throw error;
    throw new Error(`${[...published.keys()]} had been published`, { cause: error });
  } finally {
    await rm(directory, { recursive: true });
  }
}

function missing({ result: made, whole, source, length }: Made<Transcoded, AudioFile>): string | undefined {
  if (source.endless || source.lastFrames?.includes(length)) return undefined;
  if (made.degraded.length > whole.degraded.length || made.waveform === whole.waveform) return undefined;
  return `its waveform differs: ${made.waveform.length} characters instead of ${whole.waveform.length}`;
}

test(`${FILES} damaged recordings are transcoded whole, with what they lack, or rejected`, async () => {
  const { faults, ...facts } = await attack({
    ...{ sources: await audioSources(studio), seed: proofSeed(), size: FILES, atOnce: 3 },
    ...{ boundSeconds: BOUND_SECONDS, process: transcode, missing },
  });
  reportProof(18, { kind: 'audio', ...facts });
  expect(faults).toEqual([]);
}, 3_600_000);
