import type { CloudOptions } from '../../local/cloud.ts';
import { type JobApi, startApi } from './job-api.ts';
import { standInWorker } from './stand-in-worker.ts';

/** The pipeline and its API with a light worker for images, so that a test can run many jobs. */
export async function startStandInApi(options: Partial<CloudOptions> = {}) {
  const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));
  const api: JobApi = await startApi({ work: worker.work }, { functionConcurrency: 16, ...options });
  return { api, worker };
}

/** Objects of one upload that the light worker publishes: two pictures, metadata and the manifest. */
export const STAND_IN_OUTPUTS = 4;
