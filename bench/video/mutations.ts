import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readConfig } from '../../base/config.ts';
import { ERRORS, MediaError } from '../../base/errors.ts';
import { probeMedia } from '../../media/ffmpeg/probe-media.ts';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';
import { SETTINGS, transcodeVideo } from '../../media/video/transcode-file.ts';
import { mulberry32 } from '../../scripts/mulberry32.ts';

/**
 * Fuzzes the whole task with small real videos whose bytes are flipped, cut, spliced or zeroed:
 * `node bench/video/mutations.ts [files] [seed]`. Each must be rejected with an error that blames
 * the upload, or be published at full length. Any other file is kept, and fails the run.
 */
const files = Number(process.argv[2] ?? 100);
const seed = Number(process.argv[3] ?? Date.now() % 1e9);
const MAX_SECONDS = 120;
const config = { ...readConfig({}, SETTINGS), PROCESSING_TIMEOUT: MAX_SECONDS };
const SECONDS = 2;
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  'h264.mp4': ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-movflags', '+faststart'],
  'hevc.mov': ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error', '-c:a', 'aac'],
  'vp9.webm': ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus'],
  'mpeg4.avi': ['-c:v', 'mpeg4', '-c:a', 'libmp3lame'],
  'h264.mkv': ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'libvorbis'],
  'mpeg2.ts': ['-c:v', 'mpeg2video', '-c:a', 'mp2'],
  'wmv2.wmv': ['-c:v', 'wmv2', '-c:a', 'wmav2'],
  'h264.flv': ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac'],
};

const random = mulberry32(seed);
const upTo = (n: number) => Math.floor(random() * n);
type Mutation = (bytes: Buffer, other: Buffer) => Buffer;
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  flip: (bytes) => changed(bytes, 1 + upTo(40), (value) => value ^ (1 << upTo(8))),
  'flip the head': (bytes) =>
    Buffer.concat([changed(bytes.subarray(0, 4096), 1 + upTo(12), () => upTo(256)), bytes.subarray(4096)]),
  cut: (bytes) => bytes.subarray(0, upTo(bytes.length)),
  zero: (bytes) => {
    const at = upTo(bytes.length);
    return Buffer.from(bytes).fill(0, at, Math.min(bytes.length, at + upTo(20_000)));
  },
  'take out': (bytes) => {
    const at = upTo(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + upTo(5000))]);
  },
  splice: (bytes, other) =>
    Buffer.concat([bytes.subarray(0, upTo(bytes.length)), other.subarray(upTo(other.length))]),
};

const directory = await mkdtemp(join(tmpdir(), 'mutations-'));
const originals = await Promise.all(Object.entries(SOURCES).map(([name, args]) => original(name, args)));
console.log(`seed ${seed}, ${files} files below ${directory}`);
const endings = new Map<string, number>();
const faults: string[] = [];
for (let i = 0; i < files; i++) {
  const [name, mutation] = [
    Object.keys(SOURCES)[i % originals.length] ?? '',
    Object.keys(MUTATIONS)[upTo(Object.keys(MUTATIONS).length)] ?? '',
  ];
  const [own, other] = [originals[i % originals.length], originals[upTo(originals.length)]];
  const bytes =
    MUTATIONS[mutation]?.(own?.bytes ?? Buffer.alloc(0), other?.bytes ?? Buffer.alloc(0)) ?? Buffer.alloc(0);
  const ending = await run(bytes, own?.seconds ?? 0, name);
  const row = `${mutation}: ${ending.name}`;
  endings.set(row, (endings.get(row) ?? 0) + 1);
  if (!ending.fault) continue;
  await writeFile(join(directory, `fault-${i}-${name}`), bytes);
  faults.push(`fault-${i}-${name} (${mutation}): ${ending.fault}`);
}
for (const row of [...endings].sort()) console.log(row.join(' × '));
console.log(faults.length === 0 ? 'no faults' : faults.join('\n'));
if (faults.length === 0) await rm(directory, { recursive: true });
process.exitCode = faults.length === 0 ? 0 : 1;

async function run(bytes: Buffer, seconds: number, what: string): Promise<{ name: string; fault?: string }> {
  const work = join(directory, 'work');
  await mkdir(work);
  await writeFile(join(work, 'source'), bytes);
  const started = performance.now();
  let made = 0;
  try {
    const { degraded = [] } = await transcodeVideo({
      profile: DEFAULT_PROFILE,
      ...{ config, directory: work, stem: 'clip' },
      emit: async ({ name, body }) => {
        if (name !== '480p.mp4' || Buffer.isBuffer(body)) return;
        const probe = await probeMedia({ input: body.file, maxPixels: config.MAX_VIDEO_PIXELS });
        made = probe.durationSeconds ?? 0;
        await copyFile(body.file, join(directory, 'last.mp4'));
      },
    });
    // A stream that may be cut anywhere, and a cut that only removes bytes of a list, are
    // indistinguishable from complete files: these are only counted.
    const isShort = made < seconds - 0.25;
    const source = isShort ? ` shorter, from ${what}` : '';
    return { name: `published${source}${degraded.length > 0 ? ', damage reported' : ''}` };
  } catch (error) {
    const took = (performance.now() - started) / 1000;
    if (!(error instanceof MediaError)) return { name: 'crash', fault: String(error) };
    const isTheirs = ERRORS[error.name].status === 'REJECTED';
    const fault =
      isTheirs && took < MAX_SECONDS
        ? undefined
        : `${error.name} after ${took.toFixed(0)} s: ${error.message}`;
    return { name: error.name, ...(fault ? { fault } : {}) };
  } finally {
    await rm(work, { recursive: true });
  }
}

async function original(name: string, args: readonly string[]): Promise<{ bytes: Buffer; seconds: number }> {
  const file = join(directory, name);
  const sources = [`testsrc2=s=320x180:r=30:d=${SECONDS}`, `sine=d=${SECONDS}`].flatMap((source) => [
    '-f',
    'lavfi',
    '-i',
    source,
  ]);
  await promisify(execFile)('ffmpeg', [
    '-v',
    'error',
    ...sources,
    '-pix_fmt',
    'yuv420p',
    '-fflags',
    '+bitexact',
    ...args,
    file,
  ]);
  return { bytes: await readFile(file), seconds: SECONDS };
}

function changed(bytes: Buffer, times: number, to: (value: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  for (let i = 0; i < times; i++) {
    const at = upTo(copy.length);
    copy[at] = to(copy[at] ?? 0);
  }
  return copy;
}
