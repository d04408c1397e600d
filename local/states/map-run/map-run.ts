import { createHash } from 'node:crypto';
import type { Execution } from '../execution.ts';
import { assertWithinLimit } from '../payload-limit.ts';
import { TaskError } from '../task-error.ts';
import type { Integration } from '../task-run.ts';
import type { DistributedMap, MapParameters } from './distributed-map.ts';

/** Runs child executions. */
export interface Children {
  /**
   * Runs a child to its end: starts it, waits for one that runs since before this process, or takes
   * the result of one that has succeeded. One that failed before the parent was started or redriven
   * is redriven: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html
   */
  run(parent: Execution, map: DistributedMap, child: { name: string; input: string }): Promise<Execution>;
  stop(execution: { parent: Execution; map: DistributedMap; name: string }): void;
}

export interface MapRunOptions {
  execution: Execution;
  state: string;
  map: DistributedMap;
  list: Integration;
  children: Children;
  /** Of the execution. Its reason is a TaskError if the execution has ended. */
  signal: AbortSignal;
  record: (type: string, details: Record<string, unknown>) => void;
}

/** What https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html shows of an object. */
interface Item {
  Etag: string;
  Key: string;
  /** Epoch seconds. */
  LastModified: number;
  Size: number;
  StorageClass: string;
}

/** Runs a Map Run: a child execution for each batch of items, so many at once. Returns their outputs. */
export async function runMap(options: MapRunOptions, parameters: MapParameters): Promise<unknown[]> {
  const { execution, state, map, children, signal, record } = options;
  const mapRunArn = `${execution.arn.replace(':execution:', ':mapRun:').replace(/:[^:]+$/, '')}/${map.label}:${execution.name}`;
  record('MapRunStarted', { mapRunArn });
  const outputs: unknown[] = [];
  const running = new Map<string, Promise<void>>();
  let failed: Execution | undefined;
  const limit = parameters.maxConcurrency || Number.POSITIVE_INFINITY;
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => undefined);
  try {
    let index = 0;
    for await (const items of batches(options, parameters)) {
      while (running.size >= limit) await Promise.race([...running.values(), aborted]);
      signal.throwIfAborted();
      if (failed) break;
      const at = index++;
      const input = JSON.stringify({ BatchInput: parameters.batchInput, Items: items });
      assertWithinLimit(state, input);
      const name = createHash('sha256').update(`${execution.arn}\n${input}`).digest('hex').slice(0, 32);
      const child = children.run(execution, map, { name, input }).then((ended) => {
        running.delete(name);
        if (ended.status === 'SUCCEEDED') outputs[at] = JSON.parse(ended.output ?? 'null') as unknown;
        else failed ??= ended;
      });
      running.set(name, child);
    }
    while (running.size > 0 && !failed) await Promise.race([...running.values(), aborted]);
    if (failed)
      throw new TaskError(
        'States.ExceedToleratedFailureThreshold',
        'The specified tolerated failure threshold was exceeded',
      );
    assertWithinLimit(state, JSON.stringify(outputs));
    record('MapRunSucceeded', {});
    return outputs;
  } catch (error) {
    // When this process ends, the children go on in the next one.
    if (!signal.aborted || signal.reason instanceof TaskError)
      for (const name of running.keys()) children.stop({ parent: execution, map, name });
    record('MapRunFailed', { error: (error as Error).name, cause: (error as Error).message });
    throw error;
  }
}

async function* batches(
  { map, list, execution, signal }: MapRunOptions,
  { reader, maxItems }: MapParameters,
) {
  let batch: Record<string, unknown>[] = [];
  let left = maxItems ?? Number.POSITIVE_INFINITY;
  let token: string | undefined;
  do {
    const call = { executionName: execution.name, signal, started: () => undefined };
    const page = (await list({ ...call, parameters: { ...reader, ContinuationToken: token } }).catch(
      (error: Error) => {
        throw new TaskError('States.ItemReaderFailed', error.message);
      },
    )) as {
      Contents?: (Omit<Item, 'Etag' | 'LastModified'> & { ETag: string; LastModified: Date })[];
      NextContinuationToken?: string;
    };
    for (const { ETag, LastModified, ...object } of page.Contents ?? []) {
      if (left-- <= 0) break;
      batch.push(
        selected({ ...object, Etag: ETag, LastModified: Math.floor(LastModified.getTime() / 1000) }, map),
      );
      if (batch.length < map.itemsPerBatch) continue;
      yield batch;
      batch = [];
    }
    token = left > 0 ? page.NextContinuationToken : undefined;
  } while (token);
  if (batch.length > 0) yield batch;
}

function selected(item: Item, { fields }: DistributedMap): Record<string, unknown> {
  const names = Object.entries(fields);
  if (names.length === 0) return { ...item };
  return Object.fromEntries(names.map(([name, path]) => [name, item[path as keyof Item]]));
}
