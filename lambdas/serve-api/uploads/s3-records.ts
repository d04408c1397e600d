import { MediaError } from '../../../base/errors.ts';
import type { S3Events, S3Record } from '../../../contract/s3-event-api.ts';
import type { Upload } from '../../../core/uploads/upload.ts';
import { parseUploadEvent } from '../../../core/uploads/upload-event.ts';

/** One upload that the body speaks of; without a sequencer where S3 gave none. */
export type S3Entry =
  | { key: string; upload: Omit<Upload, 'sequencer'> & { sequencer?: string | undefined } }
  | { key: string; ignored: string }
  | { key: string; wrong: string };

/** Reads either shape; what is wrong with one record is said of that record. */
export function entriesOf(body: S3Events): S3Entry[] {
  if (Array.isArray(body)) return body.map(fromEvent);
  if ('Records' in body && Array.isArray(body.Records)) return (body.Records as S3Record[]).map(fromRecord);
  return [fromEvent(body)];
}

function fromEvent(event: object): S3Entry {
  try {
    const { type, upload } = parseUploadEvent(event);
    if (type !== 'Object Created')
      return { key: upload.key, ignored: `an event of type ${type} starts nothing` };
    return { key: upload.key, upload };
  } catch (error) {
    if (error instanceof MediaError) return { key: '', wrong: error.message };
    throw error;
  }
}

function fromRecord({ eventName, s3: { bucket, object } }: S3Record): S3Entry {
  const key = decode(object.key);
  if (key === undefined) return { key: object.key, wrong: 'the key is not form-encoded' };
  if (!/^(?:s3:)?ObjectCreated:/.test(eventName))
    return { key, ignored: `an event of type ${eventName} starts nothing` };
  const { size, eTag: etag, versionId, sequencer } = object;
  return {
    key,
    upload: { bucket: bucket.name, key, size, etag: etag.replaceAll('"', ''), versionId, sequencer },
  };
}

function decode(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
