import { ServiceError } from '../http/aws-json.ts';
import { LIMITS } from '../limits.ts';
import type { EventBus } from './event-bus.ts';

interface Entry {
  Source?: string;
  DetailType?: string;
  Detail?: string;
  EventBusName?: string;
  Resources?: string[];
  /** Epoch seconds. */
  Time?: number;
}

/** Implements EventBridge's PutEvents: an invalid entry fails on its own. */
export function putEvents(bus: EventBus, { Entries }: { Entries?: Entry[] }) {
  if (!Entries?.length || Entries.length > LIMITS.putEventsEntries) {
    throw new ServiceError(
      'ValidationException',
      `Expected 1 to ${LIMITS.putEventsEntries} entries, got ${Entries?.length}`,
    );
  }
  if (Buffer.byteLength(JSON.stringify(Entries)) > LIMITS.putEventsBytes) {
    throw new ServiceError(
      'ValidationException',
      'Total size of the entries in the request is over the limit.',
    );
  }
  const answers = Entries.map((entry) => putEntry(bus, entry));
  return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
}

function putEntry(bus: EventBus, entry: Entry) {
  const { Source, DetailType, Detail, EventBusName = 'default', Resources, Time } = entry;
  if (!Source || !DetailType || Detail === undefined) {
    return refused(
      'InvalidArgument',
      'Parameter Source, DetailType or Detail is not valid. Reason: it is required.',
    );
  }
  if (Source.startsWith('aws.'))
    return refused('NotAuthorizedForSourceException', `Not authorized for ${Source}.`);
  let detail: unknown;
  try {
    detail = JSON.parse(Detail);
  } catch {
    return refused('MalformedDetail', 'Detail is malformed.');
  }
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) {
    return refused('MalformedDetail', 'Detail is malformed.');
  }
  const time = Time === undefined ? undefined : new Date(Time * 1000);
  const name = EventBusName.split('/').at(-1) ?? EventBusName;
  return {
    EventId: bus.put({ source: Source, detailType: DetailType, detail, resources: Resources, time }, name),
  };
}

const refused = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });
