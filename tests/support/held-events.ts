import type { Cloud } from '../../local/cloud.ts';
import type { EventEntry } from '../../local/events/event.ts';
import type { Random } from './random.ts';

/** Holds back the events that S3 sends, so that a test decides when, how often and in what order each is delivered. */
export function holdS3Events({ events }: Cloud) {
  const put = events.put;
  const held: EventEntry[] = [];
  events.put = (entry, bus) => {
    if (entry.source !== 'aws.s3') return put.call(events, entry, bus);
    held.push(entry);
    return '';
  };
  return {
    /** Takes the events of a bucket since the last call, in the order of S3. */
    take: (bucket: string): EventEntry[] => {
      const taken = held.filter((entry) => bucketOf(entry) === bucket);
      const others = held.filter((entry) => bucketOf(entry) !== bucket);
      held.splice(0, held.length, ...others);
      return taken;
    },
    deliver: (entry: EventEntry) => put.call(events, entry),
    /** Lets the events of S3 through again. */
    release: () => {
      events.put = put;
    },
  };
}

const bucketOf = ({ detail }: EventEntry) => (detail as { bucket?: { name: string } }).bucket?.name;

/** Puts items into a random order. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(random.below(left.length), 1));
}
