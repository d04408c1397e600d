import { randomUUID } from 'node:crypto';
import { ACCOUNT, REGION } from '../resources.ts';

/** Event as passed by a sender. */
export interface EventEntry {
  source: string;
  detailType: string;
  detail: unknown;
  resources?: readonly string[] | undefined;
  time?: Date | undefined;
}

/**
 * Event as delivered to a target:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
export interface Event {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** ISO 8601 with a precision of seconds. */
  time: string;
  region: string;
  resources: readonly string[];
  detail: unknown;
}

export function newEvent({
  source,
  detailType,
  detail,
  resources = [],
  time = new Date(),
}: EventEntry): Event {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account: ACCOUNT,
    time: time.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region: REGION,
    resources,
    detail,
  };
}
