import { setTimeout as sleep } from 'node:timers/promises';
import { MediaError } from '../../base/errors.ts';
import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import { type PublicationStores, publish } from '../../core/outputs/publication.ts';
import type { Recipe } from '../../media/output.ts';

/** The smallest picture there is: what it becomes does not matter to these tests, how its job fares does. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const RECIPE: Recipe = { name: 'image', definition: {} };

/**
 * Stands for a work state where a test is about the job and not about media: publishes two small outputs through the product's own
 * `publish`, and fails, waits or dawdles where it is told to. By part of the upload's key.
 */
export function standInWorker(stores: () => PublicationStores) {
  const failing = new Map<string, MediaError>();
  const waiting = new Map<string, Promise<void>>();
  const slow = new Map<string, number>();
  const find = <Value>(map: Map<string, Value>, key: string) =>
    [...map].find(([part]) => key.includes(part))?.[1];

  const work = (order: WorkOrder): Promise<WorkResult> =>
    publish(stores(), order, async (publication) => {
      await publication.put({
        name: 'thumb_small.jpg',
        contentType: 'image/jpeg',
        body: PIXEL,
        facts: { width: 1 },
        recipe: RECIPE,
      });
      await sleep(find(slow, order.key) ?? 0);
      await find(waiting, order.key);
      const error = find(failing, order.key);
      if (error) throw error;
      await publication.put({ name: 'webp.webp', contentType: 'image/webp', body: PIXEL, recipe: RECIPE });
      return { metadata: { width: 1, height: 1 }, tools: { none: '1' }, planned: [] };
    });

  return {
    work,
    /** Fails what has this in its key, by default with an error that is ours and not retried. */
    fail: (part: string, error = new MediaError('AccessDenied', 'Expected to be allowed to write.')) =>
      failing.set(part, error),
    mend: (part: string) => failing.delete(part),
    dawdle: (part: string, milliseconds: number) => slow.set(part, milliseconds),
    /** Holds what has this in its key half way; returns how to let it go on. */
    hold: (part: string): (() => void) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(part, promise);
      return () => {
        waiting.delete(part);
        resolve();
      };
    },
  };
}
