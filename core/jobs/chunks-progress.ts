import * as z from 'zod';
import type { JobProgress } from '../../media/progress.ts';
import { BEGINS } from '../../media/video/progress.ts';

const CHUNKS_FIELDS = {
  /** ISO 8601; when the job was split. */
  startedAt: z.iso.datetime({ offset: true }),
  count: z.number().int().min(1),
  /** Percent of each chunk that has begun, by its number. */
  percents: z.record(z.string(), z.number()),
};

/** Progress of the chunks of a film, each of which writes its own percent. */
export const CHUNKS_PROGRESS = z.looseObject(CHUNKS_FIELDS);
type ChunksProgress = z.infer<z.ZodObject<typeof CHUNKS_FIELDS>>;

/** Progress in a job row. */
export type RowProgress = JobProgress & { chunks?: ChunksProgress | undefined };

/** Progress of a film before any of its chunks has reported. */
export const CHUNKS_BEGIN: JobProgress = { phase: 'transcode', percent: BEGINS.transcode };

/**
 * Returns the progress of a job as one number, whatever works on it: of a film the mean of its chunks.
 * The remaining time follows from what was done since it was split, as of the last write, so that the
 * same row is always shown the same.
 */
export function shownProgress({
  progress,
  updatedAt,
}: {
  progress?: RowProgress | undefined;
  updatedAt: string;
}): JobProgress | undefined {
  if (!progress?.chunks) return progress;
  const { startedAt, count, percents } = progress.chunks;
  const done = Object.values(percents).reduce((sum, percent) => sum + Math.min(100, percent), 0);
  const share = Math.min(1, done / (100 * count));
  const percent = BEGINS.transcode + (BEGINS.publish - BEGINS.transcode) * share;
  const seconds = (Date.parse(updatedAt) - Date.parse(startedAt)) / 1000;
  return {
    phase: CHUNKS_BEGIN.phase,
    percent: Math.round(percent),
    ...(share > 0 && seconds > 0 && { etaSeconds: Math.ceil((seconds * (1 - share)) / share) }),
  };
}
