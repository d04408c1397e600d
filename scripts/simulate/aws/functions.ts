import { RESERVED_CONCURRENCY } from '../../../base/reserved-concurrency.ts';
import { LIMITS } from '../../../local/limits.ts';
import type { Random } from '../random.ts';
import { StateError } from '../states/state-error.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { MortalProcess } from './mortal-process.ts';

export type FunctionName = keyof typeof RESERVED_CONCURRENCY;

/** Milliseconds until a function runs, and more if its environment is new. */
const INVOKE = [5, 20] as const;
const COLD_START = [300, 600] as const;

interface Options {
  clock: VirtualClock;
  random: Random;
  deaths: number;
}

/** Lambda: refuses invocations beyond the reserved concurrency, and keeps environments warm. */
export class Functions {
  readonly calls: Partial<Record<FunctionName, number>> = {};
  /** Seconds billed, by function. */
  readonly seconds: Partial<Record<FunctionName, number>> = {};
  throttles = 0;
  deaths = 0;
  private readonly active = new Map<FunctionName, number>();
  private readonly warm = new Map<FunctionName, number>();
  private readonly options: Options;

  constructor(options: Options) {
    this.options = options;
  }

  /** Invokes a function as EventBridge does: a few times, as long as it fails. */
  async invokeAsync(name: FunctionName, work: (process: MortalProcess) => Promise<void>): Promise<void> {
    for (let attempt = 1; attempt <= LIMITS.functionAttempts; attempt++)
      try {
        await this.invoke(name, work);
        return;
      } catch {
        await this.options.clock.sleep(attempt * 60_000);
      }
  }

  /** Invokes a function as a state does. Throws what Step Functions reports: `StateError`. */
  async invoke<T>(name: FunctionName, work: (process: MortalProcess) => Promise<T>): Promise<T> {
    const { clock, random, deaths } = this.options;
    await clock.sleep(random.between(...INVOKE));
    const active = this.active.get(name) ?? 0;
    if (active >= RESERVED_CONCURRENCY[name]) {
      this.throttles++;
      throw new StateError('Lambda.TooManyRequestsException');
    }
    this.active.set(name, active + 1);
    this.calls[name] = (this.calls[name] ?? 0) + 1;
    const started = clock.now;
    if (active >= (this.warm.get(name) ?? 0)) {
      this.warm.set(name, active + 1);
      await clock.sleep(random.between(...COLD_START));
    }
    const process = new MortalProcess(deaths, random);
    const died = process.died.then(() => {
      this.deaths++;
      throw new StateError('Runtime.ExitError', 'The process died.');
    });
    try {
      return await Promise.race([work(process), died]);
    } catch (error) {
      if (error instanceof StateError) throw error;
      throw new StateError((error as Error).name, (error as Error).message);
    } finally {
      this.active.set(name, (this.active.get(name) ?? 1) - 1);
      this.seconds[name] = (this.seconds[name] ?? 0) + (clock.now - started) / 1000;
    }
  }
}
