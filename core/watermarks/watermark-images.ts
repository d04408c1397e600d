import { createHash } from 'node:crypto';
import { MediaError } from '../../base/errors.ts';
import type { WorkOrder } from '../../contract/work-order.ts';
import type { WatermarkImage, Watermarks } from '../../media/watermark/watermark-image.ts';
import type { ObjectStore } from '../aws/object-store.ts';

const sha256Of = (png: Buffer): string => createHash('sha256').update(png).digest('hex');
const keyOf = (tenantId: string, hash: string) => `watermarks/${tenantId}/${hash}.png`;

/**
 * Images of watermarks by tenant and hash, in the output bucket. An object is written once and never
 * replaced, so a job keeps the image that it was admitted with.
 */
export class WatermarkImages {
  private readonly objects: ObjectStore;
  private readonly bucket: string;

  constructor(objects: ObjectStore, bucket: string) {
    this.objects = objects;
    this.bucket = bucket;
  }

  /** Stores an image, unless it is already, and returns its hash. */
  async store(tenantId: string, png: Buffer): Promise<string> {
    const hash = sha256Of(png);
    const object = { key: keyOf(tenantId, hash), contentType: 'image/png', body: png };
    // Undefined if it exists.
    await this.objects.put({ bucket: this.bucket, ...object, replaces: null });
    return hash;
  }

  /** Throws `InvalidConfiguration` if the image is gone, or is another than its hash says. */
  async read(tenantId: string, hash: string): Promise<Buffer> {
    const key = keyOf(tenantId, hash);
    const png = await this.objects.readOutput(this.bucket, key);
    if (!png) throw new MediaError('InvalidConfiguration', `Expected ${key} in the output bucket.`);
    if (sha256Of(png) === hash) return png;
    throw new MediaError('InvalidConfiguration', `Expected ${key} to have this SHA-256.`);
  }

  /** Reads the images that a job was admitted with, by the names that its profile has for them. */
  async watermarksOf({
    tenantId,
    watermarks = {},
  }: Pick<WorkOrder, 'tenantId' | 'watermarks'>): Promise<Watermarks> {
    const found = new Map<string, WatermarkImage>();
    for (const [name, sha256] of Object.entries(watermarks))
      found.set(name, { sha256, png: await this.read(tenantId, sha256) });
    return found;
  }
}
