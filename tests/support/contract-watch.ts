import type { IncomingMessage } from 'node:http';
import { JOB_EVENT_TYPES } from '../../contract/lists.ts';
import type { Cloud } from '../../local/cloud.ts';
import { RESOURCES } from '../../local/resources.ts';
import { contractCheck, schemaOfEvent } from './contract-schemas.ts';

const checks = new Map(
  [...JOB_EVENT_TYPES.map(schemaOfEvent), 'dead-letter'].map((n) => [n, contractCheck(n)]),
);
const watches = new Set<ContractWatch>();

export interface ContractWatch {
  /** Events and letters that were looked at, by schema. */
  seen: Map<string, number>;
  /** What broke the contract; taking it keeps it from failing the test. */
  take: () => string[];
  /** Throws where something broke the contract since the last check. */
  check: () => void;
  stop: () => void;
}

/** Looks at every `Job …` event on the bus and every dead letter, whoever writes it. */
export function watchContract({ events, faults }: Pick<Cloud, 'events' | 'faults'>): ContractWatch {
  const broken: string[] = [];
  const seen = new Map<string, number>();
  const look = (name: string, value: unknown) => {
    seen.set(name, (seen.get(name) ?? 0) + 1);
    const problem = (checks.get(name) ?? (() => `there is no schema ${name}`))(value);
    if (problem) broken.push(`${problem}: ${JSON.stringify(value)}`);
  };
  const put = events.put.bind(events);
  events.put = (entry, bus) => {
    if (entry.source === 'media-pipeline') look(schemaOfEvent(entry.detailType), entry.detail);
    return put(entry, bus);
  };
  faults.observers.add(({ service, action, request }) => {
    if (service !== 'sqs' || action !== 'SendMessage') return;
    whenRead(request, (body) => {
      const { QueueUrl, MessageBody } = JSON.parse(body) as Record<string, string>;
      if (QueueUrl?.endsWith(`/${RESOURCES.deadLetterQueue}`))
        look('dead-letter', JSON.parse(MessageBody ?? ''));
    });
  });
  const watch: ContractWatch = {
    seen,
    take: () => broken.splice(0),
    check: () => {
      const [first] = watch.take();
      if (first) throw new Error(`The contract was broken: ${first}`);
    },
    stop: () => {
      watches.delete(watch);
      watch.check();
    },
  };
  watches.add(watch);
  return watch;
}

/**
 * Looks over the server's shoulder: a listener of its own would start the stream before the server
 * reads it.
 */
function whenRead(request: IncomingMessage, then: (body: string) => void): void {
  const chunks: Buffer[] = [];
  const emit = request.emit.bind(request);
  request.emit = (event: string, ...values: unknown[]) => {
    if (event === 'data') chunks.push(Buffer.from(values[0] as Buffer));
    if (event === 'end') then(Buffer.concat(chunks).toString());
    return emit(event, ...values);
  };
}

// A broken contract fails the test that broke it. Programs that use this without Jest have no such
// hook.
const { afterEach } = globalThis as { afterEach?: (check: () => void) => void };
afterEach?.(() => {
  for (const watch of watches) watch.check();
});
