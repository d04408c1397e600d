type Vector = readonly [number, number, number];
type Matrix = readonly [Vector, Vector, Vector];
/** Chromaticities of red, green, blue and white, as x and y. */
export type Gamut = readonly [Xy, Xy, Xy, Xy];
type Xy = readonly [number, number];

const D65: Xy = [0.3127, 0.329];
/** Keyed by ITU-T H.273's ColourPrimaries; 1 is sRGB's. */
export const GAMUTS: Readonly<Record<number, Gamut>> = {
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
  22: [[0.63, 0.34], [0.295, 0.605], [0.155, 0.077], D65],
};
/** White point of ICC's profile connection space. */
const D50: Vector = [0.9642, 1, 0.8249];
const BRADFORD: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

/** Returns the gamut's primaries as XYZ, adapted to D50; one per row. */
export function toD50([red, green, blue, white]: Gamut): Matrix {
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
