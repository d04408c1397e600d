import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';
import { transcodeVideo } from '../../media/video/transcode-file.ts';
import { type ClipStudio, clipStudio } from '../support/clips.ts';
import { attack, type Made } from '../support/mutation/attack.ts';
import { type VideoFile, videoSources } from '../support/mutation/video-sources.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { CONFIG } from '../unit/media/video/transcode.ts';

const FILES = proofSize(12);
/** Far above what a second of video takes on a busy machine. */
const BOUND_SECONDS = 120;

interface Transcoded {
  /** Hashes of the MP4s, or of the waveform of a file without video: the same frames give the same bytes. */
  media: Record<string, string>;
  degraded: string[];
}

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
});
afterAll(() => studio.remove());

/** Transcodes a file as TranscodeVideo does. Fails if a video is published of a file that is refused. */
async function transcode(bytes: Buffer): Promise<Transcoded> {
  const directory = await mkdtemp(join(studio.directory, 'work-'));
  const published: string[] = [];
  const media: Transcoded['media'] = {};
  await writeFile(join(directory, 'source'), bytes);
  try {
    const { degraded = [], kind } = await transcodeVideo({
      profile: DEFAULT_PROFILE,
      ...{ config: CONFIG, directory, stem: 'clip' },
      async emit({ name, body }) {
        published.push(name);
        if (!/\.mp4$|^waveform\.json$/.test(name)) return;
        const content = Buffer.isBuffer(body) ? body : await readFile(body.file);
        media[name] = createHash('sha256').update(content).digest('hex');
      },
    });
    const last = kind === 'AUDIO' ? 'waveform.json' : 'storyboard.vtt';
    if (!published.includes(last)) throw new Error(`Expected all outputs, got ${published}`);
    return { media, degraded };
  } catch (error) {
    const complete = published.filter((name) => /\.mp4$|\.m3u8$|^audio/.test(name));
    if (complete.length === 0) throw error;
    throw new Error(`${complete} had been published`, { cause: error });
  } finally {
    await rm(directory, { recursive: true });
  }
}

function missing({ result: made, whole, source }: Made<Transcoded, VideoFile>): string | undefined {
  if (source.endless || made.degraded.length > whole.degraded.length) return undefined;
  const different = Object.keys(whole.media).filter((name) => made.media[name] !== whole.media[name]);
  return different.length > 0 ? `${different.join(', ')} differ` : undefined;
}

test(`${FILES} damaged videos are transcoded whole, with what they lack, or rejected`, async () => {
  const { faults, ...facts } = await attack({
    ...{ sources: await videoSources(studio), seed: proofSeed(), size: FILES, atOnce: 2 },
    ...{ boundSeconds: BOUND_SECONDS, process: transcode, missing },
  });
  reportProof(18, { kind: 'video', ...facts });
  expect(faults).toEqual([]);
}, 3_600_000);
