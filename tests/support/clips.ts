import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const PICTURE = 'testsrc2=s=320x180:r=30:d=2';
export const SOUND = 'sine=d=2';
/** Above the bitrate of any rendition, so that it is encoded and not taken over as it is. */
export const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '4', '-pix_fmt', 'yuv420p'];

/** A directory for made clips, and a way to be rid of it. */
export async function clipStudio() {
  const directory = await mkdtemp(join(tmpdir(), 'clips-'));
  const path = (name: string) => join(directory, name);
  return {
    directory,
    path,
    /** Makes a clip from ffmpeg's own sources (`testsrc2=…`, `sine=…`), or from files of this studio. Gives its path. */
    async make(name: string, sources: readonly string[], ...args: string[]): Promise<string> {
      const inputs = sources.flatMap((source) =>
        source.includes('=') ? ['-f', 'lavfi', '-i', source] : ['-i', path(source)],
      );
      await run('ffmpeg', ['-nostdin', '-y', '-v', 'error', ...inputs, ...args, path(name)]);
      return path(name);
    },
    async save(name: string, bytes: Buffer | string): Promise<string> {
      await writeFile(path(name), bytes);
      return path(name);
    },
    read: (name: string) => readFile(path(name)),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

export type ClipStudio = Awaited<ReturnType<typeof clipStudio>>;

export interface Probed {
  streams: (Record<string, string> & {
    index: number;
    codec_type: string;
    width: number;
    height: number;
    channels: number;
    tags: Record<string, string>;
  })[];
  format: { duration: string; format_name: string; tags?: Record<string, string> };
}

/** What the real ffprobe says of a file that the product made. */
export async function probed(file: string): Promise<Probed> {
  const args = [
    '-v',
    'error',
    '-show_streams',
    '-show_format',
    '-of',
    'json',
    '-allowed_extensions',
    'ALL',
    file,
  ];
  const usable = file.endsWith('.m3u8')
    ? args
    : args.filter((arg) => arg !== '-allowed_extensions' && arg !== 'ALL');
  return JSON.parse((await run('ffprobe', usable, { maxBuffer: 1e7 })).stdout) as Probed;
}

/** Times of the key frames of the first video track, in seconds from the track's own start. */
export async function keyFrames(file: string): Promise<number[]> {
  const args = [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-show_entries',
    'packet=pts_time,flags',
    '-of',
    'csv=p=0',
  ];
  const { stdout } = await run('ffprobe', [...args, file], { maxBuffer: 1e7 });
  const packets = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const start = Math.min(...packets.map(([pts]) => Number(pts)));
  return packets
    .filter(([, flags]) => flags?.includes('K'))
    .map(([pts]) => Number((Number(pts) - start).toFixed(3)));
}

/** Number of frames that really decode. */
export async function pictures(file: string): Promise<number> {
  const args = [
    '-v',
    'error',
    '-count_frames',
    '-select_streams',
    'v:0',
    '-show_entries',
    'stream=nb_read_frames',
    '-of',
    'csv=p=0',
  ];
  return Number((await run('ffprobe', [...args, file])).stdout.trim());
}

/** Mean red, green and blue (0–255) of one frame's rectangle, given as ffmpeg's crop filter takes it. */
export async function colorAt(file: string, crop: string, seconds = 0.5): Promise<number[]> {
  const filters = `crop=${crop},scale=1:1:flags=area,format=rgb24`;
  const seek = /\.jpg$/.test(file) ? [] : ['-ss', `${seconds}`];
  const { stdout } = await run(
    'ffmpeg',
    ['-v', 'error', ...seek, '-i', file, '-vf', filters, '-frames:v', '1', '-f', 'rawvideo', 'pipe:1'],
    { encoding: 'buffer' },
  );
  if (stdout.length !== 3) throw new Error(`Expected a frame of ${file} at ${seconds} s, got none.`);
  return [...stdout];
}

/**
 * Marks the first track of a WebM (made with `-live 1`) as encrypted: ContentEncodings of RFC 9559,
 * section 5.1.4.1.31, with AES and a key.
 */
export function withWebmKey(bytes: Buffer): Buffer {
  const element = (id: string, ...content: Buffer[]) => {
    const body = Buffer.concat(content);
    return Buffer.concat([Buffer.from(id, 'hex'), Buffer.from([0x80 | body.length]), body]);
  };
  const value = (id: string, number: number) => element(id, Buffer.from([number]));
  const encryption = element('5035', value('47e1', 5), element('47e2', Buffer.alloc(16, 7)));
  const encoding = element('6240', value('5031', 0), value('5032', 1), value('5033', 1), encryption);
  const added = element('6d80', encoding);
  const copy = Buffer.from(bytes);
  // The first is the index's.
  const id = Buffer.from('1654ae6b', 'hex');
  const tracks = copy.indexOf(id, copy.indexOf(id) + 1);
  copy.writeUInt16BE(copy.readUInt16BE(tracks + 4) + added.length, tracks + 4);
  // The first entry follows: its identifier, and its size in 8 bytes.
  const size = tracks + 6 + 1;
  copy.writeUInt32BE(copy.readUInt32BE(size + 4) + added.length, size + 4);
  const begin = size + 8;
  return Buffer.concat([copy.subarray(0, begin), added, copy.subarray(begin)]);
}

/** One bit in each of `flips` bytes of the media data turned over, always the same ones. */
export function damaged(bytes: Buffer, flips: number): Buffer {
  const copy = Buffer.from(bytes);
  const from = Math.max(copy.indexOf('mdat') + 8, 4096);
  const step = Math.floor((copy.length - from) / flips);
  for (let i = 0; i < flips; i++)
    copy[from + i * step + (step >> 1)] = (copy[from + i * step + (step >> 1)] ?? 0) ^ (1 << (i % 8));
  return copy;
}
