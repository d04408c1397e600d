import { rm } from 'node:fs/promises';
import type { Output } from '../output.ts';

export type Emit = (output: Output) => Promise<void>;

export interface EmitQueue {
  add(output: Output): void;
  /** Resolves when everything that was added is out; rejects with the first failure. */
  drained(): Promise<void>;
  /** Drops what waits, and resolves when nothing is on its way any more. */
  stopped(): Promise<void>;
  /** Aborts at the first failure, with that error. */
  failed: AbortSignal;
}

/** Uploads at once. More would take bandwidth from each other, and hold up to 24 MB each in memory. */
const AT_ONCE = 3;

/** Hands outputs on in the background, and deletes each file that is out: the disk then holds little more than what is being made. */
export function emitQueue(emit: Emit): EmitQueue {
  const failure = new AbortController();
  const lanes: Promise<void>[] = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  const waiting: Output[] = [];
  const work = async () => {
    for (let output = waiting.shift(); output && !failure.signal.aborted; output = waiting.shift()) {
      await emit(output);
      if (!Buffer.isBuffer(output.body)) await rm(output.body.file);
    }
  };
  return {
    failed: failure.signal,
    add(output) {
      waiting.push(output);
      // Each lane takes work again after whatever it does now; the failure is kept for `drained`, so no rejection goes unheard.
      for (const [i, lane] of lanes.entries())
        lanes[i] = lane.then(work).catch((error: unknown) => failure.abort(error));
    },
    async stopped() {
      waiting.length = 0;
      await Promise.all(lanes);
    },
    async drained() {
      await Promise.all(lanes);
      if (failure.signal.aborted) throw failure.signal.reason;
    },
  };
}
