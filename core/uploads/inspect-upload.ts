import type { Config } from '../../base/config.ts';
import { HEAD_BYTES } from '../../base/head-bytes.ts';
import type { DetectedType } from '../../media/kinds/detect-media-type.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import { judgeType } from './judge-type.ts';
import type { ByteConfig } from './max-bytes.ts';
import type { Upload } from './upload.ts';

/** User metadata of an upload, `x-amz-meta-profile`: the profile that it names. */
export const PROFILE_METADATA = 'profile';

export interface InspectedUpload extends DetectedType {
  /** Profile that the upload names. */
  profile: string | undefined;
}

/**
 * Detects the media type from the first bytes of an upload. Throws what admission rejects it with:
 * its type, its name or its size. `file`: its file name.
 */
export async function inspectUpload(
  { objects, config }: { objects: ObjectStore; config: ByteConfig & Config<'EXTENSION_MISMATCH'> },
  upload: Upload,
  file: string,
): Promise<InspectedUpload> {
  const {
    found: head,
    size,
    metadata,
  } = upload.size === 0
    ? { found: Buffer.alloc(0), size: 0, metadata: undefined }
    : await objects.readRange(upload, 0, HEAD_BYTES);
  const readMore = async (position: number, bytes: number) =>
    (await objects.readRange(upload, position, bytes)).found;
  const type = await judgeType({ file, head, size }, config, readMore);
  return { ...type, profile: metadata?.[PROFILE_METADATA] };
}
