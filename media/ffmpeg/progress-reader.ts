import { lineReader } from './line-reader.ts';

export interface FfmpegProgress {
  /** Seconds of media written so far. */
  seconds: number;
  /** Frames of the first video output. */
  frames: number;
  fps: number;
  /** Seconds of media processed per second of real time. */
  speed: number;
}

/**
 * Parses `-progress` output: `key=value` lines, one block per second, each terminated by
 * `progress=`. Values are `N/A` until the first frame.
 */
export function progressReader(report: (progress: FfmpegProgress) => void): (chunk: Buffer) => void {
  const block: Record<string, number> = {};
  return lineReader((line) => {
    const [key = '', value = ''] = line.split('=');
    block[key] = Number.parseFloat(value) || 0;
    if (key === 'progress')
      report({
        seconds: (block.out_time_us ?? 0) / 1e6,
        frames: block.frame ?? 0,
        fps: block.fps ?? 0,
        speed: block.speed ?? 0,
      });
  });
}
