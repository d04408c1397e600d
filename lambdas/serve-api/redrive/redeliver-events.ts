import { MediaError } from '../../../base/errors.ts';
import { log } from '../../../base/log.ts';
import type { RedriveResult } from '../../../contract/retry-api.ts';
import { parseUndelivered, type UndeliveredEvent } from '../../../contract/undelivered-event.ts';
import type { HeldLetter } from '../../../core/lifecycle/dead-letter-queue.ts';
import type { ApiDeps } from '../api-deps.ts';
import { paced } from './paced.ts';
import { REFUSED_SECONDS, takeLetters } from './take-letters.ts';

type RedeliveryDeps = Pick<ApiDeps, 'undelivered' | 'eventTargets' | 'config'>;

export interface Redelivery {
  /** Maximum number of messages. */
  limit: number;
  perSecond: number;
  /**
   * ISO 8601: when the selected messages were sent. What comes back during the request, because its
   * target failed again, is left to a later one.
   */
  from?: string | undefined;
  to: string;
  /** Report what would happen without changing anything. */
  dryRun: boolean;
}

/**
 * Delivers the events in the queue of undelivered events to their targets. A message is deleted once
 * its target has accepted the event; the others stay, hidden for a while, so that later requests
 * reach the ones after them.
 */
export async function redeliverEvents(
  deps: RedeliveryDeps,
  { limit, perSecond, from, to, dryRun }: Redelivery,
): Promise<RedriveResult[]> {
  const { undelivered: queue } = deps;
  const results: RedriveResult[] = [];
  const left: HeldLetter[] = [];
  try {
    for await (const batch of takeLetters(queue)) {
      const selected = batch.filter(({ sentAt }) => sentAt <= to && (!from || sentAt >= from));
      const meant = selected.slice(0, limit - results.length);
      left.push(...(dryRun ? batch : batch.filter((held) => !meant.includes(held))));
      results.push(...(await paced(meant, perSecond, (held) => redeliverOne(deps, held, dryRun))));
      if (results.length >= limit) break;
    }
    return results;
  } finally {
    // A message that cannot be released reappears after the visibility timeout.
    await Promise.allSettled(left.map((held) => queue.release(held)));
  }
}

/** Delivers one event. An error becomes the result, so that the others continue. */
async function redeliverOne(deps: RedeliveryDeps, held: HeldLetter, dryRun: boolean): Promise<RedriveResult> {
  const undelivered = parseUndelivered(held.body, held.attributes);
  const event = undelivered ? describe(undelivered) : 'unreadable message';
  try {
    const target = targetOf(deps, undelivered);
    const delivered = { jobId: null, event, outcome: 'delivered' as const };
    const reason = `To ${nameOf(target.targetArn)}, after ${target.failure}.`;
    if (!dryRun) {
      await deps.eventTargets.deliver(target.targetArn, target.event);
      await deps.undelivered.remove(held);
    }
    return { ...delivered, reason };
  } catch (error) {
    log.error('event not delivered', { event, error: error as Error });
    // A message that cannot be hidden reappears after the visibility timeout.
    if (!dryRun) await deps.undelivered.hide(held, REFUSED_SECONDS).catch(() => undefined);
    return { jobId: null, event, outcome: 'refused', reason: (error as Error).message };
  }
}

function targetOf({ config }: RedeliveryDeps, undelivered: UndeliveredEvent | undefined): UndeliveredEvent {
  if (!undelivered)
    throw new MediaError('InvalidConfiguration', 'The message is neither of EventBridge nor of Lambda.');
  const { targetArn } = undelivered;
  if (targetArn.includes(':stateMachine:') && targetArn !== config.STATE_MACHINE_ARN)
    throw new MediaError('InvalidConfiguration', `Its target is another state machine, ${targetArn}.`);
  return undelivered;
}

const nameOf = (arn: string) => arn.split(':')[6] ?? arn.split(':').at(-1);

/** Names an event by its type and what it is about: the object's key, or its first resource. */
function describe({ event }: UndeliveredEvent): string {
  const { 'detail-type': type, detail, resources, id } = event;
  const key = (detail as { object?: { key?: unknown } } | undefined)?.object?.key;
  const about = key ?? (Array.isArray(resources) ? resources[0] : undefined) ?? id;
  return [type, about].filter((part) => typeof part === 'string').join(' ') || 'an event without a type';
}
