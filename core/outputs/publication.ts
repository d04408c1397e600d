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

/** Opens a publication, lets `make` fill it, and closes it; where any of that fails, nothing of it stays behind. */
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
    // Whether cleaning up works or not, what went wrong first is what must be known.
    await publication
      .abandon()
      .catch((cause) => log.warn('outputs left behind', { jobId: order.jobId, error: cause }));
    throw error;
  }
}

/**
 * Publishes one attempt's outputs so that whoever is superseded, cancelled or slow can never spoil what a later attempt published:
 * each object is written only over what this attempt saw when it began (S3 conditional writes), the manifest goes last, and the fence
 * is checked before the first write and after the last. Deletes and cancellations set the fence first and remove outputs second, so
 * that whichever side comes later cleans up. Nothing in a manifest depends on time or attempt: the same input gives the same bytes.
 * Most callers want `publish`, which cleans up after a failure.
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

  /** Throws `Superseded` or `SourceDeleted` where this execution may not publish any more. `signal` ends uploads that are under way. */
  static async open(stores: PublicationStores, order: WorkOrder, signal?: AbortSignal): Promise<Publication> {
    const prefix = outputPrefix(order);
    const listed = await stores.objects.list(stores.outputBucket, prefix);
    const before = new Map([...listed].filter(([key]) => isOutputOf(prefix, key)));
    await assertCurrent(stores, order);
    return new Publication(stores, order, prefix, before, signal);
  }

  /** Uploads one output. Safe to call while others are still being made. */
  async put(output: Output): Promise<void> {
    await this.handOver(output);
  }

  /** `put` for a state that leaves the output to a later one, which adopts it by the ETag. */
  async handOver({ name, contentType, body, facts = {} }: Output): Promise<{ key: string; etag: string }> {
    const key = outputKey(this.prefix, name);
    const { size, sha256 } = await measure(body);
    const etag = await this.write(key, contentType, body);
    this.entries.push({ key, contentType, size, sha256, ...facts });
    return { key, etag };
  }

  /** Counts an output that an earlier state of this execution handed over; writes it again where its key holds something else by now. */
  async adopt(output: Output, etag: string): Promise<void> {
    const key = outputKey(this.prefix, output.name);
    if (this.before.get(key) !== etag) {
      await this.put(output);
      return;
    }
    const { contentType, body, facts = {} } = output;
    this.entries.push({ key, contentType, ...(await measure(body)), ...facts });
  }

  /** Makes an output that an earlier state handed over this attempt's own to remove: for when the upload turns out to be refused. */
  claim(name: string): void {
    this.written.add(outputKey(this.prefix, name));
  }

  /** Writes metadata and manifest, checks the fence again and removes what an earlier attempt published and this one did not. */
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
    // Somebody else wrote since this attempt began. If this one is still the one that counts, that was a straggler: write over it.
    await assertCurrent(this.stores, this.order);
    const seen = (await objects.list(bucket, key)).get(key) ?? null;
    const written = await objects.put({ bucket, key, contentType, body, replaces: seen });
    if (!written) throw new MediaError('ServiceUnavailable', `Another writer keeps replacing ${key}.`);
    this.before.set(key, written);
    return written;
  }

  /**
   * Removes what this attempt wrote, so that a refused, failed or stopped one leaves nothing; unless a newer upload or execution has taken
   * over, whose keys they are by now.
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
