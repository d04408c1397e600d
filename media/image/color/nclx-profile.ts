import { GAMUTS, type Gamut, toD50 } from './gamut.ts';
import { matrixProfile } from './matrix-profile.ts';

/** Code points of ITU-T H.273, as HEIF's nclx box and PNG's cICP chunk store them. */
export interface Nclx {
  primaries: number;
  transfer: number;
  /** Black and white are stored as 16 and 235 of 255. */
  narrow?: boolean;
}

const BT709 = 1;
/** Transfer functions that are shown with sRGB's curve: BT.709 and its relatives, and sRGB itself. */
const LIKE_SRGB = new Set([1, 6, 13, 14, 15]);

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
export function nclxProfile({ primaries, transfer, narrow }: Nclx): Buffer | undefined {
  const curve = CURVES[transfer];
  const gamut = GAMUTS[primaries] ?? GAMUTS[BT709];
  if (!gamut || (!curve && !narrow && gamut === GAMUTS[BT709])) return undefined;
  const light = curve ?? srgb;
  return matrixProfile(toD50(gamut), narrow ? (value) => light(widened(value)) : light);
}

/** Returns true if both numbers have a meaning here. */
export const isKnownNclx = ({ primaries, transfer }: Nclx): boolean =>
  GAMUTS[primaries] !== undefined && (CURVES[transfer] !== undefined || LIKE_SRGB.has(transfer));

/**
 * Returns the ICC profile for values that are light to the power of 1/gamma, of these primaries or
 * sRGB's. Undefined if that is sRGB in all but the wording, or if the primaries are none.
 */
export function gammaProfile(gamma: number, primaries: Gamut | undefined): Buffer | undefined {
  const srgbGamut = GAMUTS[BT709];
  const gamut = primaries && srgbGamut && isNear(primaries, srgbGamut) ? srgbGamut : (primaries ?? srgbGamut);
  const likeSrgb = Math.abs(gamma / 2.2 - 1) <= SAME_GAMMA;
  if (!gamut || (likeSrgb && gamut === srgbGamut)) return undefined;
  const matrix = toD50(gamut);
  // Primaries on one line span no triangle.
  if (!matrix.flat().every((value) => Math.abs(value) < MAX_XYZ)) return undefined;
  return matrixProfile(matrix, likeSrgb ? srgb : (value) => value ** gamma);
}

/** Differences that nobody sees; sRGB's writers declare a gamma of 2.2 (0.45455). */
const SAME_GAMMA = 0.05;
const SAME_XY = 0.005;
const MAX_XYZ = 4;

const isNear = (a: Gamut, b: Gamut) =>
  a.flat().every((value, index) => Math.abs(value - (b.flat()[index] ?? 0)) <= SAME_XY);

const widened = (value: number) => Math.min(1, Math.max(0, (value * 255 - 16) / 219));

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
