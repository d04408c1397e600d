import { setTimeout as sleep } from 'node:timers/promises';
import type { DeadLetter } from '../../../contract/dead-letter.ts';
import { MAX_REDRIVE_SECONDS, type RedriveResult } from '../../../contract/retry-api.ts';
import type { HeldLetter } from '../../../core/lifecycle/dead-letter-queue.ts';
import type { ApiDeps } from '../api-deps.ts';
import { paced } from './paced.ts';
import { redriveLetter } from './redrive-letter.ts';
import { orRefused, type RedriveOptions } from './retry-one.ts';
import { REFUSED_SECONDS, takeLetters } from './take-letters.ts';

export interface LetterSelection {
  /** Tells whether the dead letter is selected. */
  matches: (letter: DeadLetter) => boolean;
  /** Maximum number of jobs that run again. Refused letters do not count. */
  limit: number;
  perSecond: number;
}

/**
 * Retries the jobs of dead letters. A dead letter is deleted once its job runs again, and when it
 * is out of date: its job has since completed, been cancelled or been retried. It stays in the
 * queue, hidden for a while, if its job cannot be retried or there is no job.
 */
export async function redriveDeadLetters(
  deps: ApiDeps,
  { matches, limit, perSecond }: LetterSelection,
  options: RedriveOptions,
): Promise<RedriveResult[]> {
  const results: RedriveResult[] = [];
  const left: HeldLetter[] = [];
  const deadline = Date.now() + MAX_REDRIVE_SECONDS * 1000;
  let room = limit;
  try {
    for await (const batch of takeLetters(deps.deadLetters)) {
      const meant: MeantLetter[] = [];
      for (const held of batch) {
        const { letter } = held;
        if (letter && matches(letter)) meant.push({ ...held, letter });
        else left.push(held);
      }
      // Refused letters leave room for others.
      while (meant.length > 0 && room > 0 && Date.now() < deadline) {
        const tried = await paced(meant.splice(0, room), perSecond, async (held) => {
          const { result, kept } = await redriveHeld(deps, held, options);
          if (kept) left.push(held);
          return result;
        });
        results.push(...tried);
        room -= tried.filter(({ outcome }) => outcome === 'redriven' || outcome === 'restarted').length;
        await sleep(1000 / perSecond);
      }
      left.push(...meant);
      if (room <= 0 || Date.now() > deadline) break;
    }
    return results;
  } finally {
    // A message that cannot be released reappears after the visibility timeout.
    await Promise.allSettled(left.map((held) => deps.deadLetters.release(held)));
  }
}

type MeantLetter = HeldLetter & { letter: DeadLetter };

/** Redrives one letter, and deletes or hides it; `kept`: it must be released instead. */
async function redriveHeld(
  { deadLetters, ...deps }: ApiDeps,
  held: MeantLetter,
  options: RedriveOptions,
): Promise<{ result: RedriveResult; kept: boolean }> {
  const result = await orRefused(held.letter.jobId, () => redriveLetter(deps, held.letter, options));
  if (options.dryRun) return { result, kept: true };
  if (result.outcome === 'refused') await deadLetters.hide(held, REFUSED_SECONDS);
  else await deadLetters.remove(held);
  return { result, kept: false };
}
