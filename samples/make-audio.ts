import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { landscape } from './camera-photo.ts';
import type { Sample } from './sample.ts';

type Make = (music: string, file: string, folder: string) => Promise<unknown>;

/** Sample recordings, named after their purpose; the rejected ones are typical of real uploads. */
const SAMPLES: Readonly<Record<string, readonly [Sample['expect'], Make]>> = {
  'music-cd.wav': ['COMPLETED', (music, file) => ffmpeg('-i', music, '-c:a', 'pcm_s16le', file)],
  'music-studio-96khz.flac': [
    'COMPLETED',
    (music, file) => ffmpeg('-i', music, '-t', '8', '-ar', '96000', '-sample_fmt', 's32', file),
  ],
  'song-with-cover.mp3': ['COMPLETED', song],
  'voice-note.opus': [
    'COMPLETED',
    (music, file) => ffmpeg('-i', music, '-t', '6', '-ac', '1', '-c:a', 'libopus', '-b:a', '24k', file),
  ],
  // Its playable part is used (TRUNCATED_MEDIA).
  'upload-cut-off.m4a': ['COMPLETED', cutOff],
  'not-a-recording.mp3': [
    'REJECTED',
    (_music, file) => writeFile(file, 'Dear team,\nthis is a letter and no song.\n'),
  ],
};

/** Writes the sample recordings into a folder; takes about 5 seconds on one core. */
export async function makeAudio(folder: string): Promise<Sample[]> {
  await mkdir(folder, { recursive: true });
  const music = join(folder, 'music.wav');
  await ffmpeg('-f', 'lavfi', '-i', MUSIC, '-c:a', 'pcm_f32le', music);
  const samples: Sample[] = [];
  for (const [name, [expect, make]] of Object.entries(SAMPLES)) {
    const file = join(folder, name);
    await make(music, file, folder);
    samples.push({ file, expect });
  }
  await rm(music);
  return samples;
}

/**
 * Twenty seconds of plucked notes: the melody changes every half second, the bass moves through A,
 * F, C and G every two. The bass is louder on the left, the melody on the right.
 */
const MUSIC = (() => {
  const pluck = (hertz: string, every: number) =>
    `sin(2*PI*t*${hertz})*exp(-3*mod(t\\,${every}))*(1-exp(-80*mod(t\\,${every})))`;
  const choice = (notes: readonly number[], every: number) =>
    notes.reduceRight(
      (rest, hertz, i) =>
        `if(lt(mod(t\\,${notes.length * every})\\,${(i + 1) * every})\\,${hertz}\\,${rest})`,
      `${notes.at(-1)}`,
    );
  const bass = pluck(choice([110, 87.31, 130.81, 98], 2), 1);
  const melody = pluck(choice([440, 523.25, 659.25, 523.25, 349.23, 440, 523.25, 440], 0.5), 0.5);
  return `aevalsrc=0.4*${bass}+0.15*${melody}|0.15*${bass}+0.4*${melody}:d=20:s=44100`;
})();

async function song(music: string, file: string, folder: string): Promise<void> {
  const cover = join(folder, 'cover.png');
  await writeFile(cover, await (await landscape(900, 900)).png().toBuffer());
  const tags = {
    title: 'Four Chords',
    artist: 'The Sine Waves',
    album: 'Samples',
    date: '2024',
    track: '3/9',
    genre: 'Electronic',
  };
  await ffmpeg(
    ...[
      '-i',
      music,
      '-i',
      cover,
      '-map',
      '0',
      '-map',
      '1',
      '-c:a',
      'libmp3lame',
      '-b:a',
      '160k',
      '-c:v',
      'mjpeg',
    ],
    ...[
      '-disposition:v',
      'attached_pic',
      ...Object.entries(tags).flatMap(([tag, text]) => ['-metadata', `${tag}=${text}`]),
      file,
    ],
  );
  await rm(cover);
}

/**
 * Truncates a recording as a lost connection would: the index is complete, the end of the audio is
 * missing.
 */
async function cutOff(music: string, file: string): Promise<void> {
  await ffmpeg('-i', music, '-c:a', 'aac', '-movflags', 'faststart', file);
  const whole = await readFile(file);
  await writeFile(file, whole.subarray(0, whole.length * 0.6));
}

const run = promisify(execFile);
const ffmpeg = (...args: string[]) => run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args]);
