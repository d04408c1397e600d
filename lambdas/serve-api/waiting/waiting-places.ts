import { randomUUID } from 'node:crypto';
import { log } from '../../../base/log.ts';
import type { QueueClient } from '../../../core/queue/queue-client.ts';

const PARTITION = 'api#waiting';
/** Numbers that are tried blindly, before it is looked which are free. */
const GUESSES = 2;
/** Milliseconds that a place is kept beyond its wait, for the answer. */
const GRACE = 5_000;

/** Gives a place back. */
type Release = () => Promise<void>;

/**
 * Requests that may wait for a change at the same time, in all instances of the function: a waiting
 * request occupies an instance, and the API must keep some for the others. One item of the queue
 * table per place, which the next may take once its time is over: the instance may have died.
 */
export class WaitingPlaces {
  private readonly items: QueueClient;
  private readonly limit: number;
  private readonly now: () => Date;

  constructor(items: QueueClient, limit: number, now: () => Date) {
    this.items = items;
    this.limit = limit;
    this.now = now;
  }

  /** Takes a place. Returns undefined if none is free, or the table cannot tell. */
  async take(seconds: number): Promise<Release | undefined> {
    if (this.limit === 0) return undefined;
    try {
      for (let i = 0; i < GUESSES; i++) {
        const release = await this.takeNumber(Math.floor(Math.random() * this.limit), seconds);
        if (release) return release;
      }
      const free = await this.free();
      for (let i = 0; i < GUESSES && free.length > 0; i++) {
        const [number = 0] = free.splice(Math.floor(Math.random() * free.length), 1);
        const release = await this.takeNumber(number, seconds);
        if (release) return release;
      }
    } catch (error) {
      log.warn('no place to wait: the request is answered at once', { error: error as Error });
    }
    return undefined;
  }

  private async free(): Promise<number[]> {
    const now = this.now().getTime();
    const taken = new Set(
      (await this.items.all(PARTITION)).filter(({ until }) => Number(until) > now).map(({ sk }) => sk),
    );
    return Array.from({ length: this.limit }, (_, number) => number).filter(
      (number) => !taken.has(sortKeyOf(number)),
    );
  }

  private async takeNumber(number: number, seconds: number): Promise<Release | undefined> {
    const key = { pk: PARTITION, sk: sortKeyOf(number) };
    const now = this.now().getTime();
    const until = now + seconds * 1000 + GRACE;
    const holder = randomUUID();
    const isTaken = await this.items.put(
      { ...key, until, holder, expiresAt: Math.ceil(until / 1000) },
      {
        ConditionExpression: 'attribute_not_exists(pk) OR #until <= :now',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':now': now },
      },
    );
    if (!isTaken) return undefined;
    return async () => {
      const own = {
        ConditionExpression: '#holder = :holder',
        ExpressionAttributeNames: { '#holder': 'holder' },
        ExpressionAttributeValues: { ':holder': holder },
      };
      // Otherwise its time frees it.
      await this.items.remove(key, own).catch((error: Error) => log.warn('place not given back', { error }));
    };
  }
}

const sortKeyOf = (number: number) => String(number).padStart(4, '0');
