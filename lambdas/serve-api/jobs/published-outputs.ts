import * as z from 'zod';
import { OUTPUT } from '../../../contract/job-api.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { publishedSet } from '../../../core/outputs/published-set.ts';
import type { ApiDeps } from '../api-deps.ts';
import { type Replacement, replacementOf } from './replacement.ts';

const MANIFEST = z.object({
  source: z.object({ etag: z.string() }),
  outputs: z.array(OUTPUT.omit({ url: true }).loose()),
});
export type PublishedOutput = z.output<typeof MANIFEST>['outputs'][number];

export interface Published {
  manifestKey: string;
  manifestVersionId: string | undefined;
  /** Common prefix of all output keys. */
  prefix: string;
  outputs: PublishedOutput[];
}

/**
 * Reads the outputs listed in a job's manifest. Returns undefined if the job has published nothing,
 * its outputs were deleted with the upload, or a newer upload to the key has completed. `known`: that
 * upload's job, if it was looked up already.
 */
export async function publishedOutputs(
  deps: Pick<ApiDeps, 'objects' | 'jobs' | 'ledger' | 'config'>,
  job: Job,
  known?: Replacement,
): Promise<Published | undefined> {
  const set = publishedSet(job);
  if (!set) return undefined;
  const { manifestKey, manifestVersionId } = set;
  const [replacedBy, content] = await Promise.all([
    known ? known.replacedBy : replacementOf(deps, job),
    deps.objects.readOutput(deps.config.OUTPUT_BUCKET, manifestKey, manifestVersionId),
  ]);
  // The upload may be deleted at any time, and its outputs with it.
  if (replacedBy || !content) return undefined;
  const { source, outputs } = MANIFEST.parse(JSON.parse(content.toString('utf8')));
  // Rows of earlier code do not name a version, so the manifest may be a newer upload's.
  if (!manifestVersionId && source.etag !== job.etag) return undefined;
  return { manifestKey, manifestVersionId, prefix: manifestKey.replace(/manifest\.json$/, ''), outputs };
}
