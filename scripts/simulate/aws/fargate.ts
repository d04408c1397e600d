import { tokenBucket } from '../../../local/faults/rate-limits.ts';
import { RUN_TASK_RATE } from '../../../local/limits.ts';
import type { Random } from '../random.ts';
import { StateError } from '../states/state-error.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { MortalProcess } from './mortal-process.ts';

/** Milliseconds of RunTask, of the start of a task, and until ECS reports that one has stopped. */
const RUN_TASK = [100, 400] as const;
export const TASK_START = [35_000, 55_000] as const;
const STOPPING = [10_000, 30_000] as const;

interface Options {
  clock: VirtualClock;
  random: Random;
  deaths: number;
}

/** Fargate, with the rate of RunTask and unlimited capacity. */
export class Fargate {
  tasks = 0;
  throttles = 0;
  deaths = 0;
  private readonly options: Options;
  private readonly mayRun: () => boolean;

  constructor(options: Options) {
    this.options = options;
    this.mayRun = tokenBucket(RUN_TASK_RATE, 1, () => options.clock.now);
  }

  /** Starts a task. `died`: called after a task that died was reported. Throws `StateError`. */
  async run(work: (process: MortalProcess) => Promise<void>, died: () => Promise<void>): Promise<void> {
    const { clock, random, deaths } = this.options;
    await clock.sleep(random.between(...RUN_TASK));
    if (!this.mayRun()) {
      this.throttles++;
      throw new StateError('ECS.AmazonECSException', 'Rate exceeded');
    }
    this.tasks++;
    const process = new MortalProcess(deaths, random);
    clock.after(random.between(...TASK_START), () => void work(process));
    void process.died.then(async () => {
      this.deaths++;
      await clock.sleep(random.between(...STOPPING));
      await died();
    });
  }
}
