import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { measure, type Sample } from '../measure.ts';
import { type FilmCosts, filmTimes } from './film-times.ts';

/**
 * Compares a film that is encoded as a whole with the same in eight chunks, each step in a process of its
 * own, and prints what that means for films of other lengths on many tasks. Usage: `node
 * bench/video/films.ts [seconds of a chunk]`. Then the same with half the length: memory and disk of a
 * chunk do not grow with the film.
 */
const CHUNKS = 8;
const chunkSeconds = Number(process.argv[2] ?? 120);
const exec = promisify(execFile);
const directory = await mkdtemp(join(tmpdir(), 'bench-films-'));
try {
  const long = await film(CHUNKS);
  const whole = await step('whole', long);
  const steps = await inChunks(long, CHUNKS);
  const total = [...steps.chunks, steps.split, steps.join].reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  console.log(
    `${CHUNKS} chunks of ${chunkSeconds} s: CPU ${(total / whole.cpuMs).toFixed(3)} × that of the whole`,
  );
  report('whole', whole);
  report('split', steps.split);
  for (const [i, chunk] of steps.chunks.entries()) report(`chunk ${i}`, chunk);
  report('join', steps.join);
  const half = await inChunks(await film(CHUNKS / 2), CHUNKS / 2);
  const most = (values: readonly Measured[], unit: 'peakMiB' | 'diskMiB') =>
    Math.max(...values.map((one) => one[unit]));
  for (const unit of ['peakMiB', 'diskMiB'] as const)
    console.log(
      `${unit} of a chunk: ${most(half.chunks, unit).toFixed(0)} of ${CHUNKS / 2}, ${most(steps.chunks, unit).toFixed(0)} of ${CHUNKS}`,
    );
  report('split of half', half.split);
  report('join of half', half.join);
  const perSecond = (sample: Sample) => sample.cpuMs / 1000 / (CHUNKS * chunkSeconds);
  const encode = steps.chunks.reduce((sum, chunk) => sum + perSecond(chunk), 0);
  const costs: FilmCosts = {
    encode,
    split: perSecond(steps.split),
    join: perSecond(steps.join),
    whole: perSecond(whole),
  };
  console.log('CPU seconds for a second of the film', costs);
  console.log(filmTimes(costs));
} finally {
  await rm(directory, { recursive: true });
}

interface Measured extends Sample {
  diskMiB: number;
}

async function film(chunks: number): Promise<string> {
  const file = join(directory, `${chunks}.mp4`);
  const source = 'testsrc2=s=1280x720:r=25,noise=alls=6:allf=t';
  await exec('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', source, '-f', 'lavfi', '-i', 'anoisesrc=a=0.1:c=pink'],
    ...[
      '-t',
      `${chunks * chunkSeconds}`,
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-crf',
      '23',
      '-g',
      '125',
    ],
    ...['-pix_fmt', 'yuv420p', '-c:a', 'aac', file],
  ]);
  return file;
}

async function inChunks(
  video: string,
  count: number,
): Promise<{ split: Measured; chunks: Measured[]; join: Measured }> {
  const between = await mkdtemp(join(directory, 'between-'));
  const split = await step('split', video, between);
  const chunks: Measured[] = [];
  for (let i = 0; i < count; i++) chunks.push(await step('chunk', video, between, i));
  return { split, chunks, join: await step('join', video, between) };
}

async function step(phase: string, video: string, between = directory, number = 0): Promise<Measured> {
  const program = join(import.meta.dirname, 'film-phase.ts');
  const args = [
    '--disable-warning=ExperimentalWarning',
    program,
    phase,
    video,
    between,
    `${chunkSeconds}`,
    `${number}`,
  ];
  const sample = await measure({ name: phase, command: process.execPath, args });
  return { ...sample, ...(JSON.parse(sample.stdout) as { diskMiB: number }) };
}

function report(name: string, { wallMs, cpuMs, peakMiB, diskMiB }: Measured): void {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  console.log(
    `${name.padEnd(14)} wall ${seconds(wallMs)}, CPU ${seconds(cpuMs)}, ${peakMiB.toFixed(0)} MiB of memory, ${diskMiB.toFixed(0)} MiB on disk`,
  );
}
