import type { FfmpegRun } from '../ffmpeg/run-ffmpeg.ts';

/** The recording on disk, and the limits of each run over it. */
export type Look = Pick<FfmpegRun, 'cwd' | 'maxPixels' | 'probeLength' | 'timeoutSeconds' | 'signal'> & {
  input: string;
};
