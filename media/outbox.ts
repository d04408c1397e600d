import { rm } from 'node:fs/promises';
import type { Emit, Output } from './output.ts';

export interface Outbox {
  /**
   * Queues an output for delivery in the background, or a function that makes outputs there, which
   * are then delivered in order.
   */
  send(output: Output | (() => Promise<readonly Output[]>)): void;
  /**
   * Resolves once everything sent is delivered. After a failure, rejects with the first one, once
   * nothing is running.
   */
  delivered(): Promise<void>;
  /**
   * Drops queued work and resolves when nothing is running, so that the directory can be removed.
   */
  stopped(): Promise<void>;
  /** Aborts at the first failure, with that error. */
  failed: AbortSignal;
}

interface OutboxOptions {
  /** Maximum number of outputs made or delivered concurrently; the rest wait. */
  atOnce: number;
  /**
   * Deletes an output's file after delivery, so that disk usage stays close to the work in
   * progress.
   */
  removesFiles?: boolean;
}

/**
 * Delivers outputs in the background while later ones are made. One that fails does not hold up the
 * others; whoever wants to give up at once listens to `failed` and calls `stopped`.
 */
export function openOutbox(emit: Emit, { atOnce, removesFiles = false }: OutboxOptions): Outbox {
  const failure = new AbortController();
  const waiting: (() => Promise<readonly Output[]>)[] = [];
  const underWay = new Set<Promise<void>>();

  const deliver = async (make: () => Promise<readonly Output[]>) => {
    for (const output of await make()) {
      await emit(output);
      if (removesFiles && !Buffer.isBuffer(output.body)) await rm(output.body.file);
    }
  };
  const next = () => {
    while (underWay.size < atOnce) {
      const make = waiting.shift();
      if (!make) return;
      // The failure is kept for `delivered`, so that there is no unhandled rejection.
      const work = deliver(make)
        .catch((error: unknown) => failure.abort(error))
        .finally(() => {
          underWay.delete(work);
          next();
        });
      underWay.add(work);
    }
  };
  const idle = async () => {
    while (underWay.size > 0) await Promise.all(underWay);
  };
  return {
    failed: failure.signal,
    send(output) {
      waiting.push(typeof output === 'function' ? output : async () => [output]);
      next();
    },
    async delivered() {
      await idle();
      failure.signal.throwIfAborted();
    },
    async stopped() {
      waiting.length = 0;
      await idle();
    },
  };
}

/**
 * Maximum number of concurrent uploads. More would compete for bandwidth, and hold up to 24 MB each
 * in memory.
 */
const UPLOADS = 3;

/**
 * Passes an outbox, which deletes the files that it has delivered, to `make`, and waits until all is
 * delivered. The signal aborts also when a delivery fails, which is then the error.
 */
export async function withOutbox<T>(
  { emit, signal }: { emit: Emit; signal?: AbortSignal | undefined },
  make: (outbox: Outbox, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const outbox = openOutbox(emit, { atOnce: UPLOADS, removesFiles: true });
  try {
    const made = await make(outbox, AbortSignal.any([outbox.failed, ...(signal ? [signal] : [])]));
    await outbox.delivered();
    return made;
  } catch (error) {
    // No upload may be in progress when the caller removes the directory.
    await outbox.stopped();
    throw outbox.failed.aborted ? outbox.failed.reason : error;
  }
}
