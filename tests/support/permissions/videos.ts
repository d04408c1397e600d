import { SHORT_FILM_CHUNKS, shortFilm } from '../films/short-film.ts';
import { KIND_COUNT, oneOfEachKind } from '../one-of-each-kind.ts';
import { type Pipeline, uploadKey } from '../pipeline.ts';

/** A film that is split, and joined. */
export async function film(pipeline: Pipeline): Promise<void> {
  const key = uploadKey('film.mp4');
  await pipeline.upload(key, await shortFilm());
  const { status, executionArn, error } = await pipeline.ended(key);
  const entered = (await pipeline.history(executionArn)).map(
    ({ stateEnteredEventDetails: state }) => state?.name,
  );
  const chunks = entered.filter((name) => name === 'TranscodeChunk').length;
  if (status !== 'COMPLETED' || chunks !== SHORT_FILM_CHUNKS)
    throw new Error(
      `Expected ${key} COMPLETED in ${SHORT_FILM_CHUNKS} chunks, got ${status} in ${chunks}: ${error?.message}`,
    );
}

/** A video whose manifest may not be written: its task withdraws the outputs that it has published. */
export async function withdrawn(pipeline: Pipeline): Promise<void> {
  const clip = (await oneOfEachKind(KIND_COUNT, 9)).find(({ file }) => file === 'clip.mp4');
  const key = uploadKey('withdrawn.mp4');
  const { remove } = pipeline.cloud.faults.add({
    ...{ service: 's3', action: 'PutObject', times: 100, fault: 'deny' },
    when: (call) => call.key.endsWith('/withdrawn_manifest.json'),
  });
  await pipeline.upload(key, clip?.content ?? '');
  const { status } = await pipeline.ended(key);
  remove();
  if (status !== 'FAILED') throw new Error(`Expected ${key} FAILED, got ${status}`);
}
