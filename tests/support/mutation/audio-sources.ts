import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { soundStudio } from '../sound.ts';
import type { MutationSource } from './mutate.ts';

export interface AudioFile extends MutationSource {
  /** Why nobody can tell from a file of this format that its end is missing; absent if one can. */
  endless?: string;
  /** Lengths to which it can be cut unnoticed: MP3 encoders disagree on whether the header's frame counts as one. */
  lastFrames?: number[];
}

/** Noise: every frame differs, so that a lost one cannot go unnoticed. */
const NOISE = 'anoisesrc=a=0.4:r=44100:seed=6:d=1';
const FRAMES = 'is a row of frames without a length or an end';

/** A second of sound in every container that is read, in its variants. */
export async function audioSources(studio: Awaited<ReturnType<typeof soundStudio>>): Promise<AudioFile[]> {
  const made: [name: string, extension: string, args: string[], endless?: string][] = [
    ['MP3', 'mp3', []],
    ['MP3 of variable bitrate', 'mp3', ['-q:a', '4', '-metadata', 'title=Noise']],
    ['MP3 without a header', 'mp3', ['-write_xing', '0', '-id3v2_version', '0'], FRAMES],
    ['WAV', 'wav', []],
    ['WAV of 24 bits', 'wav', ['-c:a', 'pcm_s24le']],
    ['FLAC', 'flac', []],
    ['Opus', 'opus', []],
    ['Vorbis', 'ogg', ['-c:a', 'libvorbis']],
    ['FLAC in Ogg', 'oga', ['-c:a', 'flac']],
    ['M4A', 'm4a', []],
    ['M4A with its index first', 'm4a', ['-movflags', 'faststart']],
    ['Apple Lossless', 'm4a', ['-c:a', 'alac', '-movflags', 'faststart']],
    ['AAC', 'aac', [], FRAMES],
    ['AIFF', 'aiff', []],
    ['CAF', 'caf', []],
    ['WMA', 'wma', []],
    ['Dolby Digital', 'ac3', [], FRAMES],
  ];
  return Promise.all(
    made.map(async ([name, extension, args, endless]) => {
      const file = await studio.make(`${name}.${extension}`, NOISE, ...args);
      const bytes = await readFile(file);
      const lastFrames = extension === 'mp3' ? await startsOfLastFrames(file, bytes.length) : [];
      return { name, extension, bytes, lastFrames, ...(endless ? { endless } : {}) };
    }),
  );
}

async function startsOfLastFrames(file: string, length: number): Promise<number[]> {
  const args = ['-v', 'error', '-show_entries', 'packet=size', '-of', 'csv=p=0', file];
  const { stdout } = await promisify(execFile)('ffprobe', args);
  const [before = 0, last = 0] = stdout
    .trim()
    .split('\n')
    .slice(-2)
    .map((line) => Number.parseInt(line, 10));
  return [length - last, length - last - before];
}
