import * as z from 'zod';
import { OUTPUT } from '../../../contract/job-api.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { ApiDeps } from '../api-deps.ts';

const MANIFEST = z.object({ outputs: z.array(OUTPUT.omit({ url: true }).loose()) });
export type PublishedOutput = z.output<typeof MANIFEST>['outputs'][number];

export interface Published {
  manifestKey: string;
  /** What every output's key begins with. */
  prefix: string;
  outputs: PublishedOutput[];
}

/** What a job's manifest lists; undefined where the job has published nothing, or its outputs are gone with the upload. */
export async function publishedOutputs(
  { objects, config }: Pick<ApiDeps, 'objects' | 'config'>,
  { status, manifestKey, outputsRemovedAt }: Job,
): Promise<Published | undefined> {
  if (status !== 'COMPLETED' || !manifestKey || outputsRemovedAt) return undefined;
  const manifest = await objects.readOutput(config.OUTPUT_BUCKET, manifestKey);
  // The upload, and its outputs with it, may be deleted at any moment.
  if (!manifest) return undefined;
  const { outputs } = MANIFEST.parse(JSON.parse(manifest.toString('utf8')));
  return { manifestKey, prefix: manifestKey.replace(/manifest\.json$/, ''), outputs };
}
