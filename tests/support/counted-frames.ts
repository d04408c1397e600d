import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

const BITS = 7;

/** Frames that show their number as bars, one for each bit: 4 s at 25 frames per second, and a tone that begins at 2.4 s. */
export const COUNTED = [
  `color=s=320x180:r=25:d=4,format=yuv420p,geq=lum='if(mod(floor(N/pow(2,floor(X*${BITS}/W))),2),210,40)':cb=128:cr=128`,
  "aevalsrc='if(gte(t,2.4),0.5*sin(2*PI*880*t),0)':s=48000:d=4",
];

/** Numbers of the frames of a file that was made of COUNTED, in order. */
export async function frameNumbers(file: string): Promise<number[]> {
  const filters = `scale=${BITS}:1:flags=area,format=gray`;
  const bytes = await raw(file, '-map', '0:v:0', '-vf', filters, '-f', 'rawvideo');
  const bit = (frame: number, i: number) => ((bytes[frame * BITS + i] ?? 0) > 125 ? 2 ** i : 0);
  return Array.from({ length: bytes.length / BITS }, (_, frame) =>
    Array.from({ length: BITS }, (_, i) => bit(frame, i)).reduce((sum, value) => sum + value, 0),
  );
}

/** Seconds after which the tone begins in a file that was made of COUNTED. */
export async function toneAt(file: string): Promise<number> {
  const rate = 48_000;
  const bytes = await raw(file, '-map', '0:a:0', '-ac', '1', '-ar', `${rate}`, '-f', 's16le');
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  return samples.findIndex((sample) => Math.abs(sample) > 4000) / rate;
}

async function raw(file: string, ...args: string[]): Promise<Buffer> {
  const options = { encoding: 'buffer', maxBuffer: 1e8 } as const;
  return (await run('ffmpeg', ['-v', 'error', '-i', file, ...args, 'pipe:1'], options)).stdout;
}
