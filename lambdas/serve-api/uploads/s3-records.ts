import type { S3Event, S3Events, S3Record } from '../../../contract/s3-event-api.ts';

/** Object named in the request body. Nothing else in a record is believed: S3 is asked. */
export type S3Entry =
  | { key: string; bucket: string }
  | { key: string; ignored: string }
  | { key: string; wrong: string };

/** Reads either event format. An error in one record is reported for that record only. */
export function entriesOf(body: S3Events): S3Entry[] {
  if (Array.isArray(body)) return body.map(fromEvent);
  if ('Records' in body && Array.isArray(body.Records)) return (body.Records as S3Record[]).map(fromRecord);
  return [fromEvent(body as S3Event)];
}

function fromEvent({ 'detail-type': type, detail: { bucket, object } }: S3Event): S3Entry {
  const { key } = object;
  if (type !== 'Object Created') return { key, ignored: `events of type ${type} do not start a job` };
  return { key, bucket: bucket.name };
}

function fromRecord({ eventName, s3: { bucket, object } }: S3Record): S3Entry {
  const key = decode(object.key);
  if (key === undefined) return { key: object.key, wrong: 'expected a URL-encoded key' };
  if (!/^(?:s3:)?ObjectCreated:/.test(eventName))
    return { key, ignored: `events of type ${eventName} do not start a job` };
  return { key, bucket: bucket.name };
}

function decode(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
