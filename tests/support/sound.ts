import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A directory for made files, and a way to be rid of it. */
export async function soundStudio() {
  const directory = await mkdtemp(join(tmpdir(), 'sound-'));
  return {
    directory,
    path: (name: string) => join(directory, name),
    /** Makes a file from one of ffmpeg's own sources (`sine=d=1`, `anoisesrc=…`, `aevalsrc=…`). Gives its path. */
    async make(name: string, source: string, ...args: string[]): Promise<string> {
      await ffmpeg('-f', 'lavfi', '-i', source, '-fflags', '+bitexact', ...args, join(directory, name));
      return join(directory, name);
    },
    async save(name: string, bytes: Buffer): Promise<string> {
      await writeFile(join(directory, name), bytes);
      return join(directory, name);
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

export async function ffmpeg(...args: string[]): Promise<string> {
  const { stderr } = await run('ffmpeg', ['-nostdin', '-y', '-hide_banner', ...args], { maxBuffer: 1e8 });
  return stderr;
}

/** Interleaved 16-bit samples as ffmpeg itself converts them. */
export async function samples16(file: string): Promise<Int16Array> {
  const pcm = await decoded(file, 's16le');
  return new Int16Array(pcm.buffer, pcm.byteOffset, pcm.length / 2);
}

/** Raw samples in any of ffmpeg's PCM formats. */
export async function decoded(file: string, format: string): Promise<Buffer> {
  const args = ['-v', 'error', '-nostdin', '-i', file, '-map', '0:a:0', '-f', format, 'pipe:1'];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 1e9 });
  // A copy of its own, so that typed arrays can lie over it.
  return Buffer.from(new Uint8Array(stdout).buffer);
}

export interface ProbedSound {
  codec: string;
  channels: number;
  sampleRate: number;
  /** bit/s */
  bitrate: number;
  tags: Record<string, string>;
  streams: number;
}

/** What ffprobe says, with no code of the product in between. */
export async function probed(file: string): Promise<ProbedSound> {
  const { stdout } = await run('ffprobe', [
    '-v',
    'error',
    '-show_format',
    '-show_streams',
    '-of',
    'json',
    file,
  ]);
  const { streams, format } = JSON.parse(stdout);
  return {
    codec: streams[0].codec_name,
    channels: streams[0].channels,
    sampleRate: Number(streams[0].sample_rate),
    bitrate: Number(streams[0].bit_rate ?? format.bit_rate),
    tags: { ...format.tags, ...streams[0].tags },
    streams: streams.length,
  };
}

/** Seconds of sound that really come out of a file. */
export async function playedSeconds(file: string): Promise<number> {
  const { channels, sampleRate } = await probed(file);
  return (await decoded(file, 's16le')).length / 2 / channels / sampleRate;
}

/** LUFS by ffmpeg's own meter. */
export async function loudnessOf(file: string): Promise<number> {
  const log = await ffmpeg('-i', file, '-af', 'ebur128=framelog=verbose', '-f', 'null', '-');
  return Number(/I:\s+(\S+) LUFS(?![\s\S]*I:\s+\S+ LUFS)/.exec(log)?.[1]);
}
