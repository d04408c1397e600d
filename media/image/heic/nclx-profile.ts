import type { HeicPicture } from './heic-answer.ts';
import { matrixProfile } from './matrix-profile.ts';

type Vector = readonly [number, number, number];
type Matrix = readonly [Vector, Vector, Vector];
/** Chromaticities of red, green, blue and white, as x and y. */
type Gamut = readonly [Xy, Xy, Xy, Xy];
type Xy = readonly [number, number];

const D65: Xy = [0.3127, 0.329];
/** Keyed by ITU-T H.273's ColourPrimaries. */
const GAMUTS: Readonly<Record<number, Gamut>> = {
  1: [[0.64, 0.33], [0.3, 0.6], [0.15, 0.06], D65],
  5: [[0.64, 0.33], [0.29, 0.6], [0.15, 0.06], D65],
  6: [[0.63, 0.34], [0.31, 0.595], [0.155, 0.07], D65],
  7: [[0.63, 0.34], [0.31, 0.595], [0.155, 0.07], D65],
  9: [[0.708, 0.292], [0.17, 0.797], [0.131, 0.046], D65],
  11: [
    [0.68, 0.32],
    [0.265, 0.69],
    [0.15, 0.06],
    [0.314, 0.351],
  ],
  12: [[0.68, 0.32], [0.265, 0.69], [0.15, 0.06], D65],
};
const BT709 = 1;

/**
 * Keyed by ITU-T H.273's TransferCharacteristics: maps a stored value to linear light, both 0 to 1.
 */
const CURVES: Readonly<Record<number, (value: number) => number>> = {
  4: (value) => value ** 2.2,
  5: (value) => value ** 2.8,
  8: (value) => value,
  16: (value) => toneMapped(10_000 * pq(value)),
  // For a display with a peak of 1,000 cd/m², as in the standard: ITU-R BT.2100-2, table 5.
  18: (value) => toneMapped(1000 * hlg(value) ** 1.2),
};

/**
 * Returns the ICC profile for pixels whose color space the file gives as code points (nclx);
 * undefined if that is sRGB or unknown. The HDR curves also tone-map the light into the range of an
 * ordinary screen. sRGB's curve is close enough for every other transfer function: browsers also
 * use it for BT.709.
 */
export function nclxProfile({ primaries, transfer }: NonNullable<HeicPicture['nclx']>): Buffer | undefined {
  const curve = CURVES[transfer];
  const gamut = GAMUTS[primaries] ?? GAMUTS[BT709];
  if (!gamut || (!curve && gamut === GAMUTS[BT709])) return undefined;
  return matrixProfile(toD50(gamut), curve ?? srgb);
}

const srgb = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

/** ITU-R BT.2100-2, table 4. */
function pq(value: number): number {
  const [m1, m2] = [2610 / 16384, (2523 / 4096) * 128];
  const [c1, c2, c3] = [3424 / 4096, (2413 / 4096) * 32, (2392 / 4096) * 32];
  const power = value ** (1 / m2);
  return (Math.max(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1);
}

/** Inverse of the OETF of ITU-R BT.2100-2, table 5. */
function hlg(value: number): number {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
  return value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - c) / a) + b) / 12;
}

/**
 * Luminance of HDR reference white (ITU-R BT.2408) and of the brightest light still distinguished,
 * in cd/m².
 */
const WHITE = 203;
const BRIGHTEST = 1000;
/** Light up to this value is unchanged. */
const KNEE = 0.5;

/**
 * Maps light in cd/m² to 0 to 1: unchanged below the knee, compressed above it (Reinhard's curve)
 * so that the brightest light becomes white.
 */
function toneMapped(light: number): number {
  const relative = Math.min(light, BRIGHTEST) / WHITE;
  if (relative <= KNEE) return relative;
  const above = (relative - KNEE) / (1 - KNEE);
  const most = (BRIGHTEST / WHITE - KNEE) / (1 - KNEE);
  return KNEE + ((1 - KNEE) * above * (1 + above / most ** 2)) / (1 + above);
}

/** White point of ICC's profile connection space. */
const D50: Vector = [0.9642, 1, 0.8249];
const BRADFORD: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

/** Returns the gamut's primaries as XYZ, adapted to D50; one per row. */
function toD50([red, green, blue, white]: Gamut): Matrix {
  const columns = transposed([toXyz(red), toXyz(green), toXyz(blue)]);
  const shares = times(inverse(columns), toXyz(white));
  const [from, to] = [times(BRADFORD, toXyz(white)), times(BRADFORD, D50)];
  const back = inverse(BRADFORD);
  const adapted = (xy: Xy, share: number): Vector => {
    const [l, m, s] = times(BRADFORD, scaled(toXyz(xy), share));
    return times(back, [(l * to[0]) / from[0], (m * to[1]) / from[1], (s * to[2]) / from[2]]);
  };
  return [adapted(red, shares[0]), adapted(green, shares[1]), adapted(blue, shares[2])];
}

const toXyz = ([x, y]: Xy): Vector => [x / y, 1, (1 - x - y) / y];
const scaled = ([a, b, c]: Vector, by: number): Vector => [a * by, b * by, c * by];
const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const times = (m: Matrix, v: Vector): Vector => [dot(m[0], v), dot(m[1], v), dot(m[2], v)];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const transposed = ([a, b, c]: Matrix): Matrix => [
  [a[0], b[0], c[0]],
  [a[1], b[1], c[1]],
  [a[2], b[2], c[2]],
];

function inverse([a, b, c]: Matrix): Matrix {
  const by = 1 / dot(a, cross(b, c));
  return transposed([scaled(cross(b, c), by), scaled(cross(c, a), by), scaled(cross(a, b), by)]);
}
