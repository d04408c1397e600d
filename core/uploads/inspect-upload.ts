import type { Config } from '../../base/config.ts';
import { MediaError } from '../../base/errors.ts';
import { HEAD_BYTES } from '../../base/head-bytes.ts';
import { FOCAL_POINT_METADATA, type FocalPoint, parseFocalPoint } from '../../contract/focal-point.ts';
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
  /** What matters in its picture. */
  focalPoint: FocalPoint | undefined;
}

/**
 * Detects the media type from the first bytes of an upload. Throws what admission rejects it with:
 * its type, its name, its size or a focal point that is none. `file`: its file name.
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
  return { ...type, profile: metadata?.[PROFILE_METADATA], focalPoint: focalPointOf(metadata) };
}

const MAX_SHOWN = 64;

function focalPointOf(metadata: Record<string, string> | undefined): FocalPoint | undefined {
  const said = metadata?.[FOCAL_POINT_METADATA];
  if (said === undefined) return undefined;
  const point = parseFocalPoint(said);
  if (point) return point;
  throw new MediaError(
    'InvalidFocalPoint',
    `Expected x-amz-meta-${FOCAL_POINT_METADATA} to be two numbers from 0 to 1, such as 0.3,0.7, got ${JSON.stringify(said.slice(0, MAX_SHOWN))}.`,
  );
}
