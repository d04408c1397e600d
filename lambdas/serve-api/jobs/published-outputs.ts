import * as z from 'zod';
import { OUTPUT } from '../../../contract/job-api.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { ApiDeps } from '../api-deps.ts';

const MANIFEST = z.object({ outputs: z.array(OUTPUT.omit({ url: true }).loose()) });
export type PublishedOutput = z.output<typeof MANIFEST>['outputs'][number];

export interface Published {
  manifestKey: string;
  /** Common prefix of all output keys. */
  prefix: string;
  outputs: PublishedOutput[];
}

/**
 * Reads the outputs listed in a job's manifest. Returns undefined if the job has published nothing,
 * or its outputs were deleted with the upload.
 */
export async function publishedOutputs(
  { objects, config }: Pick<ApiDeps, 'objects' | 'config'>,
  { status, manifestKey, outputsRemovedAt }: Job,
): Promise<Published | undefined> {
  if (status !== 'COMPLETED' || !manifestKey || outputsRemovedAt) return undefined;
  const manifest = await objects.readOutput(config.OUTPUT_BUCKET, manifestKey);
  // The upload may be deleted at any time, and its outputs with it.
  if (!manifest) return undefined;
  const { outputs } = MANIFEST.parse(JSON.parse(manifest.toString('utf8')));
  return { manifestKey, prefix: manifestKey.replace(/manifest\.json$/, ''), outputs };
}
