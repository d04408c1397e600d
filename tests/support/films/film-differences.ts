import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type FfmpegRun, runFfmpeg } from '../../../media/ffmpeg/run-ffmpeg.ts';
import { chunkEncoding } from '../../../media/video/chunks/chunk-arguments.ts';
import type { FilmPlan } from '../../../media/video/chunks/film-plan.ts';
import { type Encoding, encoding } from '../../../media/video/encode.ts';
import { peakBitrate, readPlaylist } from '../../../media/video/hls.ts';
import type { Transcoded } from '../../unit/media/video/transcode.ts';
import type { Film } from './film.ts';

const exec = promisify(execFile);
/** Frames around a joint. */
const AROUND = 12;
const SSIM_TOLERANCE = 0.001;

/** Returns what is different about a film that was encoded in chunks; nothing where it must be the same. */
export async function filmDifferences(
  studio: string,
  source: string,
  whole: Transcoded,
  film: Film,
): Promise<string[]> {
  const { plan } = film.plan;
  const found: string[] = [];
  const same = (what: string, one: unknown, other: unknown) => {
    if (one !== other) found.push(`${what}: ${shortly(one)} as a whole, ${shortly(other)} in chunks`);
  };
  same('outputs', [...whole.outputs.keys()].sort().join(), [...film.outputs.keys()].sort().join());
  same('degraded', whole.degraded?.join(), film.degraded?.join());
  same('metadata', JSON.stringify(whole.metadata), JSON.stringify(film.metadata));
  for (const name of ['poster.jpg', 'storyboard.jpg', 'storyboard.vtt'])
    same(name, await hash(whole.file(name)), await hash(film.file(name)));
  const reference = await frames(studio, source, film.plan);
  for (const [chunk, piece] of reference.chunks.entries())
    same(`frames of chunk ${chunk}`, piece.length, lengthOf(film.plan, chunk, reference.whole.length));
  same('decoded frames', reference.whole.join(), reference.chunks.flat().join());
  for (const { name } of plan.renditions) {
    const file = `${name}.mp4`;
    const [one, other] = [whole.file(file), film.file(file)];
    for (const track of ['v', 'a'])
      same(`${file}, times of ${track}`, await times(one, track), await times(other, track));
    same(`${file}, sound`, await sound(one), await sound(other));
    found.push(...(await jointDifferences(film.plan, { one, other, name, reference: reference.file })));
    const playlist = `hls/${name}/index.m3u8`;
    same(playlist, await whole.text(playlist), await film.text(playlist));
    found.push(...(await bandwidthDifference(film, name)));
  }
  return found;
}

/** Of a line of framemd5: stream, dts, pts …; the clock ticks once a frame. */
const numberOf = (line: string) => Number(line.split(',')[2]);
const shortly = (value: unknown) => `${value}`.slice(0, 200);
const run = async (program: string, args: string[]) =>
  (await exec(program, ['-v', 'error', ...args], { maxBuffer: 1e8 })).stdout;
const hash = async (file: string) => (await readFile(file)).toString('base64');

const lengthOf = ({ chunks }: FilmPlan, number: number, total: number) => {
  const { fromFrame = 0, toFrame = total } = chunks[number] ?? {};
  return toFrame - fromFrame;
};

/** Times and durations of all packets of a track, in the order in which they are shown. */
async function times(file: string, track: string): Promise<string> {
  const args = ['-select_streams', track, '-show_entries', 'packet=pts,duration', '-of', 'csv=p=0', file];
  const packets = (await run('ffprobe', args)).trim().split('\n');
  return packets.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).join(' ');
}

/** Hash of all decoded samples. */
const sound = (file: string) => run('ffmpeg', ['-i', file, '-vn', '-f', 'md5', '-']).catch(() => 'none');

/**
 * Decodes and filters the upload as for the largest rendition, whole and in chunks. Returns a hash of
 * each frame, with its time, and a file of the frames of the whole without loss.
 */
async function frames(studio: string, source: string, { plan, chunks }: FilmPlan) {
  const cwd = await mkdtemp(join(studio, 'frames-'));
  await copyFile(source, join(cwd, 'source'));
  const hashed = async (made: Encoding, outputs: FfmpegRun['outputs'] = []) => {
    const unused = plan.renditions.slice(1).map((_, i) => `[v${i + 1}]nullsink`);
    const graph = [`${made.args?.[1]}`, ...unused, '[tiles]nullsink']
      .join(';')
      .replace('[tiles]nullsink;[tiles]nullsink', '[tiles]nullsink');
    const hashes = {
      args: ['-map', '[v0]', '-vsync', 'passthrough', '-f', 'framemd5'],
      target: 'frames.txt',
    };
    await runFfmpeg({
      ...{ input: 'source', cwd, maxPixels: 1e8, timeoutSeconds: 120, ...made },
      args: ['-filter_complex', graph],
      outputs: outputs.length > 0 ? outputs : [hashes],
    });
    if (outputs.length > 0) return [];
    const lines = (await readFile(join(cwd, 'frames.txt'), 'utf8')).split('\n');
    return lines.filter((line) => /^\d/.test(line)).map((line) => line.replaceAll(' ', ''));
  };
  const lossless = ['-map', '[v0]', '-vsync', 'passthrough', '-c:v', 'ffv1'];
  await hashed(encoding(plan), [{ args: lossless, target: 'whole.mkv' }]);
  const whole = await hashed(encoding(plan));
  const pieces: string[][] = [];
  for (const chunk of chunks) {
    const { fromFrame, toFrame = Number.POSITIVE_INFINITY } = chunk;
    const isOwn = (line: string) => numberOf(line) >= fromFrame && numberOf(line) < toFrame;
    pieces.push((await hashed(chunkEncoding(plan, chunk))).filter(isOwn));
  }
  return { whole, chunks: pieces, file: join(cwd, 'whole.mkv') };
}

async function jointDifferences(
  { plan, chunks }: FilmPlan,
  { one, other, name, reference }: Record<'one' | 'other' | 'name' | 'reference', string>,
): Promise<string[]> {
  const rendition = plan.renditions.find((made) => made.name === name);
  const [whole, joined] = [await ssim(one, reference, rendition), await ssim(other, reference, rendition)];
  return chunks.slice(1).flatMap(({ fromFrame }) => {
    const mean = (values: number[]) => {
      const around = values.slice(Math.max(0, fromFrame - AROUND), fromFrame + AROUND);
      return around.reduce((sum, value) => sum + value, 0) / around.length;
    };
    const lost = mean(whole) - mean(joined);
    return lost > SSIM_TOLERANCE ? [`${name}: SSIM ${lost.toFixed(4)} lower at frame ${fromFrame}`] : [];
  });
}

/** SSIM of each frame. */
async function ssim(
  file: string,
  reference: string,
  size: { width: number; height: number } | undefined,
): Promise<number[]> {
  const scaled = `[1:v]scale=${size?.width}:${size?.height}:flags=bicubic,setpts=N,format=yuv420p[r]`;
  const graph = `${scaled};[0:v]setpts=N,format=yuv420p[m];[m][r]ssim=stats_file=-`;
  const text = await run('ffmpeg', [
    '-i',
    file,
    '-i',
    reference,
    '-filter_complex',
    graph,
    '-f',
    'null',
    'none',
  ]);
  return [...text.matchAll(/All:([\d.]+)/g)].map(([, value]) => Number(value));
}

async function bandwidthDifference(film: Film, name: string): Promise<string[]> {
  const sizes = new Map<string, number>();
  for (const output of film.outputs.keys())
    if (output.startsWith(`hls/${name}/`))
      sizes.set(output.slice(`hls/${name}/`.length), (await readFile(film.file(output))).length);
  const segments = readPlaylist(await film.text(`hls/${name}/index.m3u8`), sizes);
  const master = await film.text('hls/master.m3u8');
  const said = new RegExp(`BANDWIDTH=(\\d+)[^\\n]*\\n${name}/`).exec(master)?.[1];
  return Number(said) === peakBitrate(segments)
    ? []
    : [`${name}: BANDWIDTH ${said}, measured ${peakBitrate(segments)}`];
}
