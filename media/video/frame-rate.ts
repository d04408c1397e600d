import type { Rational } from '../ffmpeg/media-probe.ts';

const MAX_RATE = 60;
/**
 * Slide shows and time lapses: below this rate, frames are duplicated, since players and segments
 * need a minimum.
 */
export const MIN_RATE = 10;
/** Tolerance for matching a constant rate, for files that round. */
const SAME = 0.005;
/** Tolerance for matching a variable rate: phones that aim for 30 average 29.8 to 30.3. */
const JITTER = 0.03;
const STANDARD: readonly Rational[] = [
  { numerator: 24_000, denominator: 1001 },
  { numerator: 24, denominator: 1 },
  { numerator: 25, denominator: 1 },
  { numerator: 30_000, denominator: 1001 },
  { numerator: 30, denominator: 1 },
  { numerator: 48, denominator: 1 },
  { numerator: 50, denominator: 1 },
  { numerator: 60_000, denominator: 1001 },
  { numerator: 60, denominator: 1 },
];

export interface FrameRate extends Rational {
  isVariable: boolean;
}

/**
 * Chooses the constant frame rate of the outputs. A constant source keeps its own rate, halved
 * until it is at most 60. A variable one (phones, screen recordings) gets the standard rate closest
 * to it, or the next one above, so that hardly any frame is lost and keyframes align across
 * renditions. `average` is counted; `base` is ffprobe's guess from the timestamps.
 */
export function frameRateOf(average: number | undefined, base: Rational | undefined): FrameRate {
  const guess = base && ratio(base);
  const isConstant = guess !== undefined && (average === undefined || near(average, guess, SAME));
  if (base && isConstant) return { ...within(nearest(base)), isVariable: false };
  // A few frames were lost or late: use the intended rate.
  if (base && guess && average && near(average, guess, JITTER))
    return { ...within(nearest(base)), isVariable: true };
  const wanted = Math.min(Math.max(average ?? 30, 24), MAX_RATE);
  const alike = STANDARD.filter((rate) => near(ratio(rate), wanted, JITTER));
  const [closest] = alike.sort((a, b) => Math.abs(ratio(a) - wanted) - Math.abs(ratio(b) - wanted));
  const above = STANDARD.find((rate) => ratio(rate) > wanted);
  return { ...(closest ?? above ?? { numerator: MAX_RATE, denominator: 1 }), isVariable: true };
}

export const ratio = ({ numerator, denominator }: Rational) => numerator / denominator;

const near = (a: number, b: number, share: number) => Math.abs(a - b) <= b * share;

/**
 * Returns the standard rate meant by values such as 29.9697, otherwise the rate itself. 23.976 and
 * 24 are 0.1 % apart, so the closest one counts.
 */
function nearest(rate: Rational): Rational {
  const distance = (other: Rational) => Math.abs(ratio(other) - ratio(rate));
  const [best] = [...STANDARD].sort((a, b) => distance(a) - distance(b));
  return best && distance(best) < ratio(rate) * 0.0004 ? best : rate;
}

function within({ numerator, denominator }: Rational): Rational {
  const value = numerator / denominator;
  if (value > MAX_RATE * (1 + SAME)) return within({ numerator, denominator: denominator * 2 });
  if (value < MIN_RATE) return { numerator: numerator * Math.ceil(MIN_RATE / value), denominator };
  return { numerator, denominator };
}
