import { basename } from 'node:path';
import type { Cloud } from '../../local/cloud.ts';
import type { AwsCall } from '../../local/faults/aws-call.ts';
import { RESOURCES } from '../../local/resources.ts';

export interface CallRecord {
  /** `{service}.{action}`. */
  call: string;
  /** `input/` or `output/` and the name of the object; empty for other services. */
  target: string;
  /** Milliseconds since the recording began, with the answer. */
  fromMs: number;
  toMs: number;
  /** Bytes of bodies. */
  sent: number;
  received: number;
}

/** Records all calls of the product; those of a client whose user agent contains `ownAgent` are left out. */
export function recordCalls(cloud: Cloud, ownAgent: string): { stop(): CallRecord[] } {
  const started = performance.now();
  const calls: CallRecord[] = [];
  const observer: Parameters<typeof cloud.faults.observers.add>[0] = (call, response) => {
    if (`${call.request.headers['user-agent']}`.includes(ownAgent)) return;
    const record: CallRecord = {
      ...{ call: `${call.service}.${call.action}`, target: targetOf(call) },
      ...{ fromMs: performance.now() - started, toMs: Number.NaN },
      ...{ sent: Number(call.request.headers['content-length'] ?? 0), received: 0 },
    };
    calls.push(record);
    // Streamed answers have no Content-Length that can be asked for.
    const { write, end } = response;
    const count = (chunk: unknown) => {
      if (typeof chunk === 'string' || chunk instanceof Uint8Array)
        record.received += Buffer.byteLength(chunk);
    };
    response.write = (...args: unknown[]) => {
      count(args[0]);
      return Reflect.apply(write, response, args);
    };
    response.end = (...args: unknown[]) => {
      count(args[0]);
      return Reflect.apply(end, response, args);
    };
    response.once('finish', () => {
      record.toMs = performance.now() - started;
    });
  };
  cloud.faults.observers.add(observer);
  return {
    stop() {
      cloud.faults.observers.delete(observer);
      return calls;
    },
  };
}

function targetOf({ bucket, key }: AwsCall): string {
  if (!bucket) return '';
  return `${bucket === RESOURCES.mediaBucket ? 'input' : 'output'}/${basename(key)}`;
}

/**
 * Returns the length of the longest series of calls each of which began after the one before had been
 * answered: no fewer round trips are made in turn.
 */
export function chainLength(calls: readonly CallRecord[]): number {
  let length = 0;
  let free = Number.NEGATIVE_INFINITY;
  for (const { fromMs, toMs } of [...calls].sort((a, b) => a.toMs - b.toMs))
    if (fromMs >= free) {
      length++;
      free = toMs;
    }
  return length;
}
