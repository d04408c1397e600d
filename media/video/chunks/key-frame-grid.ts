import { KEY_FRAME_SECONDS, keyFrameInterval } from '../codecs/encoder-arguments.ts';
import type { VideoPlan } from '../plan.ts';

type Planned = Pick<VideoPlan, 'frameRate' | 'renditions' | 'storyboard'>;

/** Seconds at which ffmpeg shows a frame: with its arithmetic, so that comparisons come out the same. */
const clockOf =
  ({ frameRate: { numerator, denominator } }: Planned) =>
  (frame: number) =>
    frame * (denominator / numerator);

/** Returns the first frame, of those of a constant rate, that is not shown before a time. */
function frameAt(plan: Planned, seconds: number): number {
  const clock = clockOf(plan);
  let frame = Math.max(0, Math.floor(seconds / clock(1)) - 1);
  while (clock(frame) < seconds) frame++;
  return frame;
}

/** Returns the frame that is the key frame with this number, from 0, of all that are placed every 2 s. */
export function keyFrameAt(plan: Planned, number: number): number {
  const interval = keyFrameInterval(plan);
  return interval === undefined ? frameAt(plan, number * KEY_FRAME_SECONDS) : number * interval;
}

/** Returns the frames that become tiles of the storyboard, as ffmpeg's `select` chooses them. */
export function tileFrames(plan: Planned): number[] {
  const { columns, rows, interval } = plan.storyboard;
  const clock = clockOf(plan);
  const frames = [0];
  while (frames.length < columns * rows) {
    const last = frames.at(-1) ?? 0;
    let next = last + Math.max(1, Math.floor(interval / clock(1)) - 1);
    while (clock(next) - clock(last) < interval) next++;
    frames.push(next);
  }
  return frames;
}
