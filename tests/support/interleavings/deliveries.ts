import type { Turns } from '../aws-in-memory/turns.ts';
import type { Random } from '../random.ts';

/** Probability that an event never arrives, and that it arrives twice. */
const LOST = 0.05;
const DOUBLED = 0.1;
/** A delivery that failed is repeated: by EventBridge, by Lambda, then from a dead-letter queue. */
const TRIES = 20;

/** Delivers events late, twice or never, in any order. */
export function deliveries(turns: Turns, random: Random) {
  const arrived = new Set<string>();
  const state = { reliable: false };

  const deliver = async (name: string, handle: (name: string) => Promise<unknown>) => {
    const process = turns.process(`event ${name}`);
    for (let i = 0; i < TRIES; i++) {
      await turns.take(process, 'arrives');
      arrived.add(name);
      try {
        await handle(`${name} try ${i + 1}`);
        return;
      } catch {
        // Delivered again.
      }
    }
  };

  return {
    /** Names of the events of which a delivery has begun. */
    arrived,
    /** Set `reliable` to deliver every event once. */
    state,
    event: (name: string, handle: (name: string) => Promise<unknown>) => {
      const chance = random.below(1000) / 1000;
      if (state.reliable) void deliver(name, handle);
      else if (chance >= LOST) {
        void deliver(name, handle);
        if (chance > 1 - DOUBLED) void deliver(name, handle);
      }
    },
  };
}
