import { setTimeout as sleep } from 'node:timers/promises';
import type { Cloud } from '../../local/cloud.ts';

/** Waits until no execution runs and no event is under way, so that nothing will happen by itself. */
export async function settled({ events, states }: Cloud): Promise<void> {
  for (;;) {
    await events.settled();
    if ([...states.executions.values()].every(({ status }) => status !== 'RUNNING')) return;
    await sleep(10);
  }
}
