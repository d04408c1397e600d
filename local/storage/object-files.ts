import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceFile } from '../../base/files.ts';
import { FileS3Persistence, type S3Object, type S3Store } from './fauxqs-stores.ts';

type Description = Omit<S3Object, 'body' | 'lastModified'> & { lastModified: string; data: string };

/**
 * Stores objects as files named by the SHA-256 of their key: fauxqs's own layout would follow `..`
 * out of its directory, and a key of 1,024 bytes is too long for a file name. The description file
 * is replaced atomically and names the data file, so that a killed process loses no acknowledged
 * write and exposes no partial one.
 */
export class ObjectFiles extends FileS3Persistence {
  private readonly directory: string;

  constructor(directory: string) {
    super(directory);
    this.directory = join(directory, 'objects');
  }

  override upsertObject(bucket: string, { body, lastModified, ...object }: S3Object): void {
    const file = this.descriptionOf(bucket, object.key);
    const before = read(file);
    const data = `${randomUUID()}.data`;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(join(dirname(file), data), body);
    const description: Description = { ...object, lastModified: lastModified.toISOString(), data };
    replaceFile(file, JSON.stringify(description));
    if (before) rmSync(join(dirname(file), before.data), { force: true });
  }

  override deleteObject(bucket: string, key: string): void {
    const file = this.descriptionOf(bucket, key);
    const before = read(file);
    if (!before) return;
    rmSync(file);
    rmSync(join(dirname(file), before.data), { force: true });
  }

  override deleteObjectsByBucket(bucket: string): void {
    rmSync(join(this.directory, bucket), { recursive: true, force: true });
  }

  override deleteAllObjects(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  override deleteBucket(name: string): void {
    super.deleteBucket(name);
    this.deleteObjectsByBucket(name);
  }

  override readBody(bucket: string, key: string): Buffer {
    const file = this.descriptionOf(bucket, key);
    const description = read(file);
    if (!description) throw new Error(`Expected a file for ${bucket}/${key}, found none`);
    return readFileSync(join(dirname(file), description.data));
  }

  override loadS3(store: S3Store): void {
    super.loadS3(store);
    if (!existsSync(this.directory)) return;
    for (const bucket of readdirSync(this.directory)) this.loadBucket(store, bucket);
  }

  private loadBucket(store: S3Store, bucket: string): void {
    for (const shard of readdirSync(join(this.directory, bucket))) {
      const folder = join(this.directory, bucket, shard);
      const files = readdirSync(folder);
      const kept = new Set<string>();
      for (const name of files.filter((file) => file.endsWith('.json'))) {
        const { data, lastModified, ...object } = read(join(folder, name)) as Description;
        kept.add(name).add(data);
        store.restoreObject(bucket, {
          ...object,
          lastModified: new Date(lastModified),
          body: Buffer.alloc(0),
        });
      }
      for (const name of files) if (!kept.has(name)) rmSync(join(folder, name));
    }
  }

  private descriptionOf(bucket: string, key: string): string {
    const hash = createHash('sha256').update(key).digest('hex');
    return join(this.directory, bucket, hash.slice(0, 2), `${hash}.json`);
  }
}

function read(file: string): Description | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Description) : undefined;
}
