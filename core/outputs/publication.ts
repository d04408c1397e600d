import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { MediaError } from '../../base/errors.ts';
import { log } from '../../base/log.ts';
import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import { type Closing, type EarlierOutputs, NOTHING_EARLIER, type Output } from '../../media/output.ts';
import type { ObjectStore, WrittenObject } from '../aws/object-store.ts';
import type { ObjectVersion, ObjectVersions } from '../aws/object-versions.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { ProfileDocuments } from '../profiles/profile-documents.ts';
import type { UploadLedger } from '../uploads/upload-ledger.ts';
import type { WatermarkImages } from '../watermarks/watermark-images.ts';
import type { EarlierSet } from './earlier-set.ts';
import { manifestOutputs, type Published } from './manifest-outputs.ts';
import { openEarlierSet } from './open-earlier-set.ts';
import { isOutputOf, JOB_ID_METADATA, outputKey, outputPrefix } from './output-key.ts';
import { assertCurrent, claimTry } from './publication-fence.ts';

export interface PublicationStores {
  objects: ObjectStore;
  versions: ObjectVersions;
  jobs: JobStore;
  ledger: UploadLedger;
  documents: ProfileDocuments;
  watermarkImages: WatermarkImages;
  outputBucket: string;
}

/** Answer of work that another state finishes, which publishes its outputs. */
export interface Handover<Result> {
  instead: Result;
}

/**
 * Opens a publication, passes it to `make`, and closes it, unless the outputs come later. On failure,
 * removes everything it wrote.
 */
export async function publish<Result = never>(
  stores: PublicationStores,
  order: WorkOrder,
  make: (publication: Publication) => Promise<Closing | Handover<Result>>,
  signal?: AbortSignal,
): Promise<WorkResult | Result> {
  const publication = await Publication.open(stores, order, signal);
  try {
    const made = await make(publication);
    return 'instead' in made ? made.instead : await publication.close(made);
  } catch (error) {
    // Report the original error even if the cleanup fails.
    await publication
      .abandon()
      .catch((cause) => log.warn('outputs left behind', { jobId: order.jobId, error: cause }));
    throw error;
  }
}

/**
 * Publishes the outputs of one try as object versions of its own, which only this try and a removal
 * delete, by version ID. So no late worker can change or remove what another try wrote, and the
 * outputs of an earlier upload to the key stay readable, by the versions in their manifest, until
 * this one completes (docs/adr/0017). Under the public keys, writes are conditional on the version
 * seen at the start, so that a late try does not hide a later one. The manifest is written last,
 * and the fence is checked before the first write and after the last. Apart from version IDs, the
 * same input gives the same manifest.
 */
export class Publication {
  /** Outputs of the job's last whole set, if only some are to be made again. */
  readonly earlier: EarlierOutputs;
  private readonly stores: PublicationStores;
  private readonly order: WorkOrder;
  private readonly prefix: string;
  private readonly tryId: string;
  /** ETags of the current versions under the public keys. */
  private readonly current: Map<string, string>;
  private readonly signal: AbortSignal | undefined;
  private readonly set: EarlierSet | undefined;
  private readonly published: Published[] = [];
  private readonly written: ObjectVersion[] = [];
  private readonly writing = new Set<Promise<unknown>>();

  private constructor(
    stores: PublicationStores,
    order: WorkOrder,
    opened: { prefix: string; tryId: string; current: Map<string, string>; set: EarlierSet | undefined },
    signal: AbortSignal | undefined,
  ) {
    this.stores = stores;
    this.order = order;
    this.prefix = opened.prefix;
    this.tryId = opened.tryId;
    this.current = opened.current;
    this.set = opened.set;
    this.earlier = opened.set ?? NOTHING_EARLIER;
    this.signal = signal;
  }

  /**
   * Claims the job for this try. Throws `Superseded` or `SourceDeleted` if it may no longer
   * publish. `signal` aborts uploads in progress.
   */
  static async open(stores: PublicationStores, order: WorkOrder, signal?: AbortSignal): Promise<Publication> {
    const tryId = await claimTry(stores, order);
    const prefix = outputPrefix(order);
    const listed = await stores.objects.list(stores.outputBucket, prefix);
    const current = new Map([...listed].filter(([key]) => isOutputOf(prefix, key)));
    const set = await openEarlierSet(stores, order, current);
    return new Publication(stores, order, { prefix, tryId, current, set }, signal);
  }

  /** Uploads one output. Safe to call concurrently. */
  async put({ name, contentType, body, facts = {}, recipe }: Output): Promise<void> {
    const key = outputKey(this.prefix, name);
    const { size, sha256 } = await measure(body);
    const { versionId } = await this.write(key, contentType, body);
    this.published.push({ entry: { key, versionId, contentType, size, sha256, ...facts }, by: recipe });
  }

  /**
   * Writes metadata and manifest, checks the fence again, and hides outputs of an earlier set that
   * this one does not replace.
   */
  async close({
    kind = this.order.kind,
    metadata,
    metadataDefinition: definition = {},
    ...closing
  }: Closing): Promise<WorkResult> {
    await this.put({
      ...{ name: 'metadata.json', contentType: 'application/json', body: json(metadata) },
      recipe: { name: 'metadata', definition },
    });
    const { key, size, etag, contentType, notes = [] } = this.order;
    const { tools } = closing;
    const planned = this.set?.asked(closing.planned) ?? closing.planned;
    const degraded = [...new Set([...notes, ...(closing.degraded ?? [])])];
    const made = new Set(this.published.map(({ entry }) => entry.key));
    const published = [...this.published, ...(this.set?.published(tools, made) ?? [])];
    const manifest = {
      schemaVersion: 1,
      source: { key, size, etag, contentType, kind },
      ...manifestOutputs({ published, planned }, { tools, etag }),
      degraded,
      tools,
    };
    const manifestKey = outputKey(this.prefix, 'manifest.json');
    const { versionId: manifestVersionId } = await this.write(
      manifestKey,
      'application/json',
      json(manifest),
    );
    await assertCurrent(this.stores, this.order, this.tryId);
    await this.hideOthers(new Set([manifestKey, ...published.map(({ entry }) => entry.key)]));
    return { manifestKey, manifestVersionId, outputCount: published.length, kind, degraded };
  }

  /**
   * Deletes every version that this try wrote, so that those before it are current again. Waits for
   * writes that were not awaited: one that succeeds afterward would stay.
   */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.writing);
    await this.stores.versions.remove(this.stores.outputBucket, this.written);
  }

  private async hideOthers(published: ReadonlySet<string>): Promise<void> {
    for (const [key, etag] of this.current) {
      if (published.has(key)) continue;
      const marker = await this.stores.versions.hide(this.stores.outputBucket, key, etag);
      if (marker) this.written.push(marker);
    }
  }

  private write(key: string, contentType: string, body: Output['body']): Promise<WrittenObject> {
    this.signal?.throwIfAborted();
    const writing = this.writeConditionally(key, contentType, body);
    this.writing.add(writing);
    return writing.finally(() => this.writing.delete(writing));
  }

  private async writeConditionally(
    key: string,
    contentType: string,
    body: Output['body'],
  ): Promise<WrittenObject> {
    const { objects, outputBucket: bucket } = this.stores;
    const metadata = { [JOB_ID_METADATA]: this.order.jobId };
    let replaces = this.current.get(key) ?? null;
    for (let i = 0; i < WRITE_TRIES; i++) {
      const object = { bucket, key, contentType, body, replaces, metadata, signal: this.signal };
      const written = await objects.put(object);
      if (written) {
        this.written.push({ key, versionId: written.versionId });
        this.current.set(key, written.etag);
        return written;
      }
      // Another writer was first. If this try is still current, the other was a superseded one:
      // write over its version.
      await assertCurrent(this.stores, this.order, this.tryId);
      replaces = (await objects.list(bucket, key)).get(key) ?? null;
    }
    throw new MediaError('ServiceUnavailable', `Could not write ${key}: another writer keeps replacing it.`);
  }
}

/** Maximum number of conditional writes of one output. */
const WRITE_TRIES = 4;

const json = (value: object) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

async function measure(body: Output['body']): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  if (Buffer.isBuffer(body)) return { size: body.length, sha256: hash.update(body).digest('hex') };
  await pipeline(createReadStream(body.file), hash);
  return { size: (await stat(body.file)).size, sha256: hash.digest('hex') };
}
