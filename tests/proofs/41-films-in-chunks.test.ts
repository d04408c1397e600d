import { expect, test } from '@jest/globals';
import { clipStudio } from '../support/clips.ts';
import { transcodeInChunks } from '../support/films/film.ts';
import { FILM_CLIPS, type FilmClip } from '../support/films/film-clips.ts';
import { filmDifferences } from '../support/films/film-differences.ts';
import { logoPng, watermarksOf } from '../support/logo.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { transcode } from '../unit/media/video/transcode.ts';

// In slices: SEED is the first.
const CLIPS = FILM_CLIPS.slice(proofSeed() - 1, proofSeed() - 1 + proofSize(4));

test(`${CLIPS.length} films in chunks have the frames, times, sound and segments of the whole`, async () => {
  const failures: string[] = [];
  let chunks = 0;
  let wholes = 0;
  for (const clip of CLIPS) {
    const { differences, count } = await compare(clip);
    chunks += count;
    if (clip.whole) wholes++;
    failures.push(...differences.map((difference) => `${clip.label}: ${difference}`));
  }
  reportProof(41, { films: CLIPS.length, chunks, wholes, failures: failures.length });
  expect(failures).toEqual([]);
  expect(chunks).toBeGreaterThanOrEqual((CLIPS.length - wholes) * 3);
});

async function compare(clip: FilmClip): Promise<{ differences: string[]; count: number }> {
  const studio = await clipStudio();
  try {
    const source = await clip.make(studio);
    const config = { MEDIA_PROCESSOR_CONCURRENCY: 2, ...clip.config };
    if (clip.whole) return { differences: await notSplit(studio.directory, source, clip), count: 0 };
    const watermarks = watermarksOf(clip.isMarked ? { logo: await logoPng() } : {});
    const whole = await transcode(studio.directory, source, config, clip.profile, watermarks);
    const film = await transcodeInChunks(studio.directory, source, { ...clip, config, watermarks });
    const differences = await filmDifferences(studio.directory, source, whole, film);
    return { differences, count: film.plan.chunks.length };
  } catch (error) {
    return { differences: [(error as Error).message], count: 0 };
  } finally {
    await studio.remove();
  }
}

async function notSplit(studio: string, source: string, clip: FilmClip): Promise<string[]> {
  const end = await transcodeInChunks(studio, source, clip).then(
    () => 'chunks',
    (error: Error) => error.message,
  );
  return end.endsWith(`: ${clip.whole}`) ? [] : [`expected ${clip.whole}, got ${end}`];
}
