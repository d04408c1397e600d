import { MediaError } from '../../../base/errors.ts';
import type { S3Events, S3Record } from '../../../contract/s3-event-api.ts';
import type { Upload } from '../../../core/uploads/upload.ts';
import { parseUploadEvent } from '../../../core/uploads/upload-event.ts';

/** Upload named in the request body, without a sequencer if the record has none. */
export type S3Entry =
  | { key: string; upload: Omit<Upload, 'sequencer'> & { sequencer?: string | undefined } }
  | { key: string; ignored: string }
  | { key: string; wrong: string };

/** Reads either event format. An error in one record is reported for that record only. */
export function entriesOf(body: S3Events): S3Entry[] {
  if (Array.isArray(body)) return body.map(fromEvent);
  if ('Records' in body && Array.isArray(body.Records)) return (body.Records as S3Record[]).map(fromRecord);
  return [fromEvent(body)];
}

function fromEvent(event: object): S3Entry {
  try {
    const { type, upload } = parseUploadEvent(event);
    if (type !== 'Object Created')
      return { key: upload.key, ignored: `events of type ${type} do not start a job` };
    return { key: upload.key, upload };
  } catch (error) {
    if (error instanceof MediaError) return { key: '', wrong: error.message };
    throw error;
  }
}

function fromRecord({ eventName, s3: { bucket, object } }: S3Record): S3Entry {
  const key = decode(object.key);
  if (key === undefined) return { key: object.key, wrong: 'expected a URL-encoded key' };
  if (!/^(?:s3:)?ObjectCreated:/.test(eventName))
    return { key, ignored: `events of type ${eventName} do not start a job` };
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
