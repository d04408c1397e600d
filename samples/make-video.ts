import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Sample } from './sample.ts';

type Make = (file: string, folder: string) => Promise<unknown>;

const SECONDS = 6;
/** A slow zoom into the Mandelbrot set, and a chord that swells and fades. */
const PICTURE = (size: string, rate = '30') =>
  `mandelbrot=s=${size}:r=${rate}:end_scale=0.02:end_pts=${SECONDS * 30}:maxiter=300`;
const CHORD = `aevalsrc='0.25*sin(PI*t/${SECONDS})*(sin(880*PI*t)+sin(1109*PI*t)+sin(1319*PI*t))|0.2*sin(440*PI*t)':d=${SECONDS}`;
const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
const CUT_OFF = 'film-720p-with-sound.mp4';

/**
 * Sample clips, named after their purpose; the rejected ones are typical of real uploads, or of
 * attackers.
 */
const SAMPLES: Readonly<Record<string, readonly [Sample['expect'], Make]>> = {
  [CUT_OFF]: [
    'COMPLETED',
    (file) =>
      made(
        file,
        [PICTURE('1280x720'), CHORD],
        ...H264,
        '-crf',
        '18',
        '-c:a',
        'aac',
        '-movflags',
        '+faststart',
      ),
  ],
  'phone-portrait.mov': ['COMPLETED', portrait],
  'browser-recording.webm': [
    'COMPLETED',
    // Like MediaRecorder's output: without a duration, at a variable frame rate.
    (file) =>
      made(
        file,
        ['testsrc2=s=640x360:r=30', CHORD],
        ...[
          '-vf',
          "select='lt(mod(n,30),20)+not(mod(n,3))'",
          '-vsync',
          'vfr',
          '-c:v',
          'libvpx',
          '-deadline',
          'realtime',
        ],
        ...['-cpu-used', '8', '-b:v', '800k', '-c:a', 'libopus', '-live', '1'],
      ),
  ],
  // Its playable part is used (TRUNCATED_MEDIA).
  'upload-cut-off.mp4': [
    'COMPLETED',
    async (file, folder) => {
      const whole = await readFile(join(folder, CUT_OFF));
      await writeFile(file, whole.subarray(0, whole.length * 0.6));
    },
  ],
  'playlist-in-disguise.mp4': [
    'REJECTED',
    (file) =>
      writeFile(
        file,
        '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXTINF:1,\nhttp://127.0.0.1/secret\n#EXT-X-ENDLIST\n',
      ),
  ],
};

/** Writes the sample clips into a folder; takes about 10 seconds on one core. */
export async function makeVideo(folder: string): Promise<Sample[]> {
  await mkdir(folder, { recursive: true });
  const samples: Sample[] = [];
  for (const [name, [expect, make]] of Object.entries(SAMPLES)) {
    const file = join(folder, name);
    await make(file, folder);
    samples.push({ file, expect });
  }
  return samples;
}

const made = (file: string, sources: readonly string[], ...args: string[]) =>
  ffmpeg(...sources.flatMap((source) => ['-f', 'lavfi', '-i', source]), '-t', `${SECONDS}`, ...args, file);

/**
 * Makes a clip stored sideways that is displayed upright, with the location metadata that phones
 * write.
 */
async function portrait(file: string): Promise<void> {
  const lying = `${file}.lying.mov`;
  await made(
    lying,
    [`${`${PICTURE('540x960', '30000/1001')},transpose=cclock`}`, CHORD],
    ...H264,
    '-c:a',
    'aac',
  );
  const position = [
    '-metadata',
    'com.apple.quicktime.location.ISO6709=+52.5200+013.4050/',
    '-movflags',
    'use_metadata_tags',
  ];
  await ffmpeg('-i', lying, '-c', 'copy', '-metadata:s:v', 'rotate=270', ...position, file);
  await rm(lying);
}

const ffmpeg = (...args: string[]) =>
  promisify(execFile)('ffmpeg', ['-nostdin', '-y', '-v', 'error', '-fflags', '+bitexact', ...args]);
