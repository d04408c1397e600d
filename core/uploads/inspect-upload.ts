import type { Config } from '../../base/config.ts';
import { HEAD_BYTES } from '../../base/head-bytes.ts';
import type { DetectedType } from '../../media/kinds/detect-media-type.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import { judgeType } from './judge-type.ts';
import type { ByteConfig } from './max-bytes.ts';
import type { Upload } from './upload.ts';

/**
 * Detects the media type from the first bytes of an upload. Throws what admission rejects it with:
 * its type, its name or its size. `file`: its file name.
 */
export async function inspectUpload(
  { objects, config }: { objects: ObjectStore; config: ByteConfig & Config<'EXTENSION_MISMATCH'> },
  upload: Upload,
  file: string,
): Promise<DetectedType> {
  const { found: head, size } =
    upload.size === 0 ? { found: Buffer.alloc(0), size: 0 } : await objects.readRange(upload, 0, HEAD_BYTES);
  const readMore = async (position: number, bytes: number) =>
    (await objects.readRange(upload, position, bytes)).found;
  return judgeType({ file, head, size }, config, readMore);
}
