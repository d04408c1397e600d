/** Loudness by EBU R128 (ITU-R BS.1770). */
export interface Loudness {
  /** LUFS; null for silence and for less than the 0.4 s that one measurement takes. */
  integratedLufs: number | null;
  /** LU between the quiet and the loud parts; null below 10 s, where a window of 3 s says nothing of a range. */
  rangeLu: number | null;
  /** dBTP: the wave between the samples counts; null for digital silence. */
  truePeakDbtp: number | null;
}

/** What normalised outputs aim for: the upper end of EBU R128 s2 for streaming. */
export const TARGET = { integratedLufs: -16, truePeakDbtp: -1 } as const;
/** ffmpeg's figure where nothing was loud enough to count. */
const FLOOR = -70;
const LEAST_FOR_RANGE = 10;

/** ffmpeg's filter; frame by frame it would flood the log. The name tells several in one run apart. */
export const measureFilter = (name: string) => `ebur128@${name}=peak=true:framelog=verbose`;

/** The summary that `measureFilter(name)` leaves in ffmpeg's log: the last one, since ffmpeg sets filters up twice and drops an empty one first. */
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
 * dB to add to every sample. One constant, so the dynamics stay as they are; loudnorm would fall back to compressing where the
 * peaks leave no room. There the result stays quieter than the target.
 */
export function normalizingGain({ integratedLufs, truePeakDbtp }: Loudness): number {
  if (integratedLufs === null || truePeakDbtp === null) return 0;
  const wanted = Math.min(TARGET.integratedLufs - integratedLufs, TARGET.truePeakDbtp - truePeakDbtp);
  return Math.floor(wanted * 10) / 10;
}
