import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Job } from '../../core/jobs/job.ts';
import { KIND_COUNT, oneOfEachKind, type Sample } from '../support/one-of-each-kind.ts';
import { type Pipeline, startPipeline, uploadKey } from '../support/pipeline.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { settled } from '../support/settled-cloud.ts';

/** In sets of one file of each kind; the quick kinds come first. */
const FILES = proofSize(4);

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(() => pipeline?.stop());

/** Uploads each file, all at once or one after another, and gives their jobs. */
async function processed(set: number, samples: readonly Sample[], atOnce: boolean): Promise<Job[]> {
  const known = new Set((await pipeline.jobs()).map(({ jobId }) => jobId));
  for (const { file, content } of samples) {
    await pipeline.upload(uploadKey(file, 'acme', `user${set}`), content);
    if (!atOnce) await settled(pipeline.cloud);
  }
  await settled(pipeline.cloud);
  return (await pipeline.jobs())
    .filter(({ jobId }) => !known.has(jobId))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** The manifest byte by byte, but for the IDs that S3 gives to versions. */
const textOf = async ({ manifestKey = '' }: Job) =>
  (await pipeline.output(manifestKey)).toString().replaceAll(/"versionId": "[^"]+"/g, '"versionId": "…"');

test(`${FILES} files of all kinds of media, uploaded twice, give the same manifests and outputs, byte by byte`, async () => {
  let outputs = 0;
  for (let set = 0; set * KIND_COUNT < FILES; set++) {
    const samples = await oneOfEachKind(FILES - set * KIND_COUNT, proofSeed() + set);
    const first = await processed(set, samples, true);
    expect(first.map(({ key, status, error }) => [key, status, error])).toEqual(
      first.map(({ key }) => [key, 'COMPLETED', undefined]),
    );
    expect(first).toHaveLength(samples.length);
    const manifests = await Promise.all(first.map(textOf));
    for (const { output } of samples)
      expect(manifests.some((text) => text.includes(`_${output}"`))).toBe(true);

    // One after another, other work does not share the cores: programs get other numbers of threads and other timing.
    const second = await processed(set, samples, false);
    expect(second.map(({ key }) => key)).toEqual(first.map(({ key }) => key));
    for (const [i, job] of second.entries()) {
      expect(job).toMatchObject({ status: 'COMPLETED', attempt: 1 });
      expect(await textOf(job)).toBe(manifests[i]);
      // Written again, and as the manifest says: its hashes are those of the bytes.
      expect(job.manifestVersionId).not.toBe(first[i]?.manifestVersionId);
      expect(await pipeline.missing(job)).toEqual([]);
      outputs += (await pipeline.manifest(job)).outputs.length;
    }
  }
  reportProof(27, { files: FILES, outputs });
}, 3_600_000);
