import { createHash } from 'node:crypto';
import type { WorkOrder } from '../../contract/work-order.ts';
import type { ChunkFiles } from '../../media/video/chunks/chunk-files.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import type { ObjectVersions } from '../aws/object-versions.ts';
import { intermediatePrefix } from './output-key.ts';

interface Stores {
  objects: ObjectStore;
  versions: ObjectVersions;
  outputBucket: string;
}

/**
 * Files that the tasks of one execution pass on to each other, in a folder of its own among the
 * intermediate files of its job: those of an execution before a restart are not taken for its own. The
 * removal of the job's outputs (remove-outputs.ts) and a lifecycle rule cover the folder.
 */
export class IntermediateFiles implements ChunkFiles {
  private readonly stores: Stores;
  private readonly prefix: string;
  private readonly signal: AbortSignal | undefined;

  constructor(
    stores: Stores,
    { jobId, executionArn }: Pick<WorkOrder, 'jobId' | 'executionArn'>,
    signal?: AbortSignal,
  ) {
    this.stores = stores;
    const folder = createHash('sha256').update(executionArn).digest('hex').slice(0, 16);
    this.prefix = `${intermediatePrefix(jobId)}${folder}/`;
    this.signal = signal;
  }

  async write(name: string, body: Buffer | { file: string }): Promise<void> {
    const { objects, outputBucket: bucket } = this.stores;
    const contentType = 'application/octet-stream';
    await objects.put({ bucket, key: this.prefix + name, contentType, body, signal: this.signal });
  }

  /** Returns undefined if there is none. */
  read(name: string): Promise<Buffer | undefined> {
    return this.stores.objects.readOutput(this.stores.outputBucket, this.prefix + name);
  }

  /** Throws a plain error if there is none. */
  async download(name: string, file: string): Promise<void> {
    const { objects, outputBucket: bucket } = this.stores;
    const key = this.prefix + name;
    const absent = () => new Error(`Expected the intermediate file ${key}, found none.`);
    const current = await objects.current(bucket, key);
    if (!current) throw absent();
    await objects.download({ bucket, key, ...current }, file, this.signal).catch((error: Error) => {
      // Not the upload: its own errors would cancel the job.
      throw error.name === 'SourceDeleted' || error.name === 'Superseded' ? absent() : error;
    });
  }

  /** Removes all files of the execution, with all their versions. */
  async removeAll(): Promise<void> {
    const { versions, outputBucket } = this.stores;
    await versions.remove(outputBucket, await versions.list(outputBucket, this.prefix));
  }
}
