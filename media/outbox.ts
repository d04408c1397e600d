import { rm } from 'node:fs/promises';
import type { Emit, Output } from './output.ts';

export interface Outbox {
  /** Hands an output on in the background, or makes outputs there first and hands them on in their order. */
  send(output: Output | (() => Promise<readonly Output[]>)): void;
  /** Resolves once all that was sent is delivered; rejects with the first failure, when nothing is under way any more. */
  delivered(): Promise<void>;
  /** Drops what waits, and resolves when nothing is under way any more: the directory under it may then be removed. */
  stopped(): Promise<void>;
  /** Aborts at the first failure, with that error. */
  failed: AbortSignal;
}

interface OutboxOptions {
  /** Outputs that are made or delivered at the same time; further ones wait. */
  atOnce: number;
  /** Whether the file of an output is deleted once it is delivered: the disk then holds little more than what is being made. */
  removesFiles?: boolean;
}

/** Hands outputs on while later ones are made. After the first failure nothing else is begun. */
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
    while (underWay.size < atOnce && !failure.signal.aborted) {
      const make = waiting.shift();
      if (!make) return;
      // The failure is kept for `delivered`, so that no rejection goes unheard.
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
