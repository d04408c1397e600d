import type { AudioProfile } from '../profile/audio-profile.ts';

/** Loudness by EBU R128 (ITU-R BS.1770). */
export interface Loudness {
  /** LUFS; null for silence and for less than 0.4 s, the length of one gating block. */
  integratedLufs: number | null;
  /** Loudness range in LU; null below 10 s, where a 3 s window is too coarse for a range. */
  rangeLu: number | null;
  /** True peak in dBTP, which includes inter-sample peaks; null for digital silence. */
  truePeakDbtp: number | null;
}

/** ffmpeg's value if nothing was above the absolute gate. */
const FLOOR = -70;
const LEAST_FOR_RANGE = 10;

/**
 * Returns ffmpeg's filter. Per-frame logging would flood the log. The name distinguishes several
 * filters in one run.
 */
export const measureFilter = (name: string) => `ebur128@${name}=peak=true:framelog=verbose`;

/**
 * Parses the summary that `measureFilter(name)` leaves in ffmpeg's log. Uses the last one, since
 * ffmpeg configures filters twice and drops an empty instance first.
 */
export function readLoudness(log: string, name: string, seconds: number): Loudness {
  const summaries = log.matchAll(
    new RegExp(`\\[ebur128@${name} @ [^\\]]+\\] Summary:((?:\\n(?!\\[).*)*)`, 'g'),
  );
  const summary = [...summaries].at(-1)?.[1] ?? '';
  const figure = (label: string) => {
    const value = new RegExp(`^\\s+${label}:\\s+(\\S+) L?[UdB]`, 'm').exec(summary)?.[1];
    if (value === undefined) throw new Error(`ffmpeg's loudness summary lacks ${label}: ${log.slice(-500)}`);
    return value.endsWith('inf') || value === 'nan' ? null : Number(value);
  };
  const integrated = figure('I');
  return {
    integratedLufs: integrated === null || integrated <= FLOOR ? null : integrated,
    rangeLu: seconds < LEAST_FOR_RANGE ? null : figure('LRA'),
    truePeakDbtp: figure('Peak'),
  };
}

/**
 * Returns the gain in dB for every sample. A constant gain preserves the dynamics; loudnorm would
 * fall back to dynamic compression where the peaks leave too little headroom. In that case the
 * result stays quieter than the target.
 */
export function normalizingGain(
  { integratedLufs, truePeakDbtp }: Loudness,
  target: AudioProfile['loudness'],
): number {
  if (integratedLufs === null || truePeakDbtp === null) return 0;
  const wanted = Math.min(target.integratedLufs - integratedLufs, target.truePeakDbtp - truePeakDbtp);
  return Math.floor(wanted * 10) / 10;
}
