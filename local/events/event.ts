import { randomUUID } from 'node:crypto';
import { ACCOUNT, REGION } from '../resources.ts';

/** What a sender gives. */
export interface EventEntry {
  source: string;
  detailType: string;
  detail: unknown;
  resources?: readonly string[] | undefined;
  time?: Date | undefined;
}

/** What a target gets: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
export interface Event {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** ISO 8601 in whole seconds. */
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
