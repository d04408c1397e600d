import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { MediaError } from '../../base/errors.ts';
import { log } from '../../base/log.ts';
import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import type { Closing, Output } from '../../media/output.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { UploadLedger } from '../uploads/upload-ledger.ts';
import { isOutputOf, outputKey, outputPrefix } from './output-key.ts';
import { assertCurrent, ownsOutputs } from './publication-fence.ts';

interface ManifestEntry extends Record<string, unknown> {
  key: string;
  contentType: string;
  /** Bytes. */
  size: number;
  sha256: string;
}

export interface PublicationStores {
  objects: ObjectStore;
  jobs: JobStore;
  ledger: UploadLedger;
  outputBucket: string;
}

/**
 * Opens a publication, passes it to `make`, and closes it. On failure, removes everything it wrote.
 */
export async function publish(
  stores: PublicationStores,
  order: WorkOrder,
  make: (publication: Publication) => Promise<Closing>,
  signal?: AbortSignal,
): Promise<WorkResult> {
  const publication = await Publication.open(stores, order, signal);
  try {
    return await publication.close(await make(publication));
  } catch (error) {
    // Report the original error even if the cleanup fails.
    await publication
      .abandon()
      .catch((cause) => log.warn('outputs left behind', { jobId: order.jobId, error: cause }));
    throw error;
  }
}

/**
 * Publishes one attempt's outputs so that a superseded, cancelled or slow attempt can never
 * overwrite those of a later one: each object replaces only the version that this attempt saw when
 * it began (S3 conditional writes), the manifest is written last, and the fence is checked before
 * the first write and after the last. Deletes and cancellations set the fence first and remove
 * outputs second, so that whichever side comes last cleans up. A manifest does not depend on time
 * or attempt: the same input gives the same bytes. Most callers should use `publish`, which cleans
 * up after a failure.
 */
export class Publication {
  private readonly stores: PublicationStores;
  private readonly order: WorkOrder;
  private readonly prefix: string;
  private readonly before: Map<string, string>;
  private readonly entries: ManifestEntry[] = [];
  private readonly written = new Set<string>();
  private readonly signal: AbortSignal | undefined;

  private constructor(
    stores: PublicationStores,
    order: WorkOrder,
    prefix: string,
    before: Map<string, string>,
    signal: AbortSignal | undefined,
  ) {
    this.signal = signal;
    this.stores = stores;
    this.order = order;
    this.prefix = prefix;
    this.before = before;
  }

  /**
   * Throws `Superseded` or `SourceDeleted` if this execution may no longer publish. `signal` aborts
   * uploads in progress.
   */
  static async open(stores: PublicationStores, order: WorkOrder, signal?: AbortSignal): Promise<Publication> {
    const prefix = outputPrefix(order);
    const listed = await stores.objects.list(stores.outputBucket, prefix);
    const before = new Map([...listed].filter(([key]) => isOutputOf(prefix, key)));
    await assertCurrent(stores, order);
    return new Publication(stores, order, prefix, before, signal);
  }

  /** Uploads one output. Safe to call concurrently. */
  async put(output: Output): Promise<void> {
    await this.handOver(output);
  }

  /**
   * Uploads an output for a later state, which adds it to its own publication with `adopt` and the
   * ETag.
   */
  async handOver({ name, contentType, body, facts = {} }: Output): Promise<{ key: string; etag: string }> {
    const key = outputKey(this.prefix, name);
    const { size, sha256 } = await measure(body);
    const etag = await this.write(key, contentType, body);
    this.entries.push({ key, contentType, size, sha256, ...facts });
    return { key, etag };
  }

  /**
   * Adds an output that an earlier state of this execution handed over. Uploads it again if the
   * object has changed since.
   */
  async adopt(output: Output, etag: string): Promise<void> {
    const key = outputKey(this.prefix, output.name);
    if (this.before.get(key) !== etag) {
      await this.put(output);
      return;
    }
    const { contentType, body, facts = {} } = output;
    this.entries.push({ key, contentType, ...(await measure(body)), ...facts });
  }

  /**
   * Marks an output of an earlier state for removal by `abandon`, for an upload that is rejected.
   */
  claim(name: string): void {
    this.written.add(outputKey(this.prefix, name));
  }

  /**
   * Writes metadata and manifest, checks the fence again, and removes outputs of earlier attempts
   * that this one did not replace.
   */
  async close({
    kind = this.order.kind,
    metadata,
    degraded = [],
    tools,
    settings,
  }: Closing): Promise<WorkResult> {
    await this.put({ name: 'metadata.json', contentType: 'application/json', body: json(metadata) });
    const { key, size, etag, contentType } = this.order;
    const manifest = {
      schemaVersion: 1,
      source: { key, size, etag, contentType, kind },
      outputs: this.entries.sort((a, b) => (a.key < b.key ? -1 : 1)),
      degraded,
      tools,
      settingsHash: createHash('sha256').update(JSON.stringify(settings)).digest('hex'),
    };
    const manifestKey = outputKey(this.prefix, 'manifest.json');
    await this.write(manifestKey, 'application/json', json(manifest));
    await assertCurrent(this.stores, this.order);
    const published = new Set([manifestKey, ...this.entries.map((entry) => entry.key)]);
    await this.stores.objects.remove(
      this.stores.outputBucket,
      [...this.before.keys()].filter((old) => !published.has(old)),
    );
    return { manifestKey, outputCount: this.entries.length, kind, degraded };
  }

  private async write(key: string, contentType: string, body: Output['body']): Promise<string> {
    const { objects, outputBucket: bucket } = this.stores;
    this.signal?.throwIfAborted();
    this.written.add(key);
    const etag = await objects.put({
      bucket,
      key,
      contentType,
      body,
      replaces: this.before.get(key) ?? null,
      signal: this.signal,
    });
    if (etag) {
      this.before.set(key, etag);
      return etag;
    }
    // Another writer was first. If this attempt is still current, the other was a superseded one:
    // overwrite its object.
    await assertCurrent(this.stores, this.order);
    const seen = (await objects.list(bucket, key)).get(key) ?? null;
    const written = await objects.put({ bucket, key, contentType, body, replaces: seen });
    if (!written)
      throw new MediaError(
        'ServiceUnavailable',
        `Could not write ${key}: another writer keeps replacing it.`,
      );
    this.before.set(key, written);
    return written;
  }

  /**
   * Removes the outputs of a rejected, failed or stopped attempt, unless a newer upload or
   * execution has taken over their keys.
   */
  async abandon(): Promise<void> {
    if (await ownsOutputs(this.stores, this.order))
      await this.stores.objects.remove(this.stores.outputBucket, [...this.written]);
  }
}

const json = (value: object) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

async function measure(body: Output['body']): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  if (Buffer.isBuffer(body)) return { size: body.length, sha256: hash.update(body).digest('hex') };
  await pipeline(createReadStream(body.file), hash);
  return { size: (await stat(body.file)).size, sha256: hash.digest('hex') };
}
