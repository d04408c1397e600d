import { readFile, writeFile } from 'node:fs/promises';
import type { JobStatus } from '../../contract/lists.ts';
import type { ObjectStore } from '../../core/aws/object-store.ts';
import type { ObjectVersion } from '../../core/aws/object-versions.ts';
import type { NewObject } from '../../core/aws/write-object.ts';
import type { PublicationStores } from '../../core/outputs/publication.ts';
import { WatermarkImages } from '../../core/watermarks/watermark-images.ts';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';
import type { Profile } from '../../media/profile/profile.ts';

/**
 * Stores in memory for a work state that is run alone: one running job, an empty output bucket. The
 * n-th write of a key gets version `vn`.
 */
export function memoryStores({
  download,
  executionArn = 'execution',
  onPut,
  profile = DEFAULT_PROFILE,
  objects = new Map<string, Buffer>(),
  stored = new Map(),
}: {
  /** Stands for S3: writes the source to a file. */
  download: (file: string) => Promise<void>;
  executionArn?: string;
  onPut?: (key: string) => void;
  profile?: Profile;
  /** Objects of the output bucket, each in its first version. */
  objects?: Map<string, Buffer>;
  /** What else the output bucket has from before, by key. */
  stored?: ReadonlyMap<string, Buffer>;
}) {
  const counts = new Map([...objects.keys()].map((key) => [key, 1]));
  const row: { executionArn: string; status: JobStatus; tryId?: string } = {
    executionArn,
    status: 'PROCESSING',
  };
  const put = async ({ key, body }: NewObject) => {
    onPut?.(key);
    objects.set(key, Buffer.isBuffer(body) ? body : await readFile(body.file));
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return { etag: `"${key}"`, versionId: `v${count}` };
  };
  const remove = async (_bucket: string, versions: readonly ObjectVersion[]) => {
    for (const { key, versionId } of versions) if (versionId === `v${counts.get(key)}`) objects.delete(key);
  };
  const claim = async (_jobId: string, arn: string, tryId: string) =>
    arn === row.executionArn && row.status === 'PROCESSING' ? Object.assign(row, { tryId }) : undefined;
  const bucket = {
    list: async () => new Map([...objects.keys()].map((key) => [key, `"${key}"`])),
    download: async ({ bucket, key }: { bucket: string; key: string }, file: string) =>
      bucket === 'outputs' && objects.has(key) ? writeFile(file, objects.get(key) ?? '') : download(file),
    readOutput: async (_bucket: string, key: string) => objects.get(key) ?? stored.get(key),
    put,
  };
  const stores = {
    outputBucket: 'outputs',
    objects: bucket,
    watermarkImages: new WatermarkImages(bucket as unknown as ObjectStore, 'outputs'),
    versions: { remove, hide: async (_bucket: string, key: string) => void objects.delete(key) },
    jobs: { get: async () => ({ ...row }), claim },
    ledger: { get: async () => undefined },
    documents: { profileOf: async () => profile },
  } as unknown as PublicationStores;
  return { stores, objects, row };
}
