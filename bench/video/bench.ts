import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { compare, table } from '../measure.ts';

/**
 * Compares the product with three sequential ffmpeg runs that make the same files with the same
 * settings. Usage: `node bench/video/bench.ts [runs] [1080p30 video]`. Without a video, it makes 20
 * s of moving test patterns with grain, which are harder to encode than most footage, so that the
 * rest weighs less. `BEFORE=<another checkout>` compares with its product, too.
 */
const SECONDS = 20;
const RENDITIONS = [
  { name: '1080p', size: '1920:1080' },
  { name: '720p', size: '1280:720' },
  { name: '480p', size: '854:480' },
];
const run = promisify(execFile);
const here = import.meta.dirname;
const runs = Number(process.argv[2] ?? 3);
const directory = await mkdtemp(join(tmpdir(), 'bench-video-'));
try {
  const video = process.argv[3] ? resolve(process.argv[3]) : await makeVideo(join(directory, 'source.mp4'));
  const productIn = (folder: string, what: string, ...more: string[]) => ({
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', join(folder, 'product.ts'), what, video, ...more],
  });
  const product = (what: string, ...more: string[]) => productIn(here, what, ...more);
  const { BEFORE } = process.env;
  const peer = { command: join(here, 'three-runs.sh'), args: [video, directory] };
  const results = await compare(
    [
      { name: 'product', ...product('whole') },
      { name: 'its encoding alone', ...product('encode') },
      ...(BEFORE ? [{ name: 'product before', ...productIn(resolve(BEFORE, 'bench/video'), 'whole') }] : []),
      { name: 'three runs in turn', ...peer },
    ],
    runs,
  );
  console.log(table(results));
  const peers = await similarities(video);
  await run(product('whole').command, product('whole', directory).args);
  const own = await similarities(video);
  for (const [i, { name }] of RENDITIONS.entries())
    console.log(`SSIM ${name}: product ${own[i]}, three runs ${peers[i]}`);
} finally {
  await rm(directory, { recursive: true });
}

async function makeVideo(file: string): Promise<string> {
  const pictures = `mandelbrot=s=1920x1080:r=30:end_scale=0.05[m];testsrc2=s=1920x1080:r=30,format=yuv420p[t];[m]format=yuv420p[n];[n][t]blend=all_opacity=0.7,noise=alls=8:allf=t`;
  const encoder = [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-crf',
    '18',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
    '-b:a',
    '192k',
  ];
  await run('ffmpeg', [
    ...['-loglevel', 'error', '-f', 'lavfi', '-i', pictures, '-f', 'lavfi', '-i', 'anoisesrc=a=0.1:c=pink'],
    ...['-t', `${SECONDS}`, ...encoder, '-movflags', '+faststart', file],
  ]);
  return file;
}

/** Returns the SSIM of each MP4 in the directory against the source, scaled as for the encoders. */
async function similarities(video: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name, size } of RENDITIONS) {
    const graph = `[1:v]scale=${size}:flags=bicubic,format=yuv420p[reference];[0:v][reference]ssim`;
    const args = [
      '-hide_banner',
      '-i',
      join(directory, `${name}.mp4`),
      '-i',
      video,
      '-lavfi',
      graph,
      '-f',
      'null',
      '-',
    ];
    const { stderr } = await run('ffmpeg', args);
    found.push(/All:([\d.]+)/.exec(stderr)?.[1] ?? 'unknown');
  }
  return found;
}
