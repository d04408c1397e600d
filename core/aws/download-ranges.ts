import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { ByteRange } from '../../base/byte-range.ts';
import { MediaError } from '../../base/errors.ts';
import { inBatches } from '../../base/in-batches.ts';
import { awsCall } from './clients.ts';

/** Ranges that are fetched at once. */
const AT_ONCE = 4;

/**
 * Creates a sparse file of `size` bytes and fills in ranges of an object: `get` fetches one. Throws
 * `ServiceUnavailable` if S3 returned more or fewer bytes than it was asked for.
 */
export async function fillRanges(
  get: (range: string) => Promise<GetObjectCommandOutput>,
  { key, file, ranges, size }: { key: string; file: string; ranges: readonly ByteRange[]; size: number },
  signal?: AbortSignal,
): Promise<void> {
  const created = await open(file, 'w');
  await created.truncate(size).finally(() => created.close());
  await inBatches(
    ranges.filter(({ start, end }) => end > start),
    AT_ONCE,
    async ({ start, end }) => {
      signal?.throwIfAborted();
      const { Body } = await get(`bytes=${start}-${end - 1}`);
      if (!Body) throw new MediaError('ServiceUnavailable', 'Expected a response body from S3, got none.');
      const target = createWriteStream(file, { flags: 'r+', start });
      await awsCall(`download ${key}`, pipeline(Body as unknown as Readable, target, { signal }));
      if (target.bytesWritten === end - start) return;
      const message = `Expected ${end - start} bytes of ${key} from byte ${start}, got ${target.bytesWritten}.`;
      throw new MediaError('ServiceUnavailable', message);
    },
  );
}
