/** Something that happens at a moment. `run` is undefined once it is cancelled. */
export interface Timer {
  at: number;
  order: number;
  run: (() => void) | undefined;
}

const START = Date.parse('2026-01-05T00:00:00Z');

/**
 * Virtual time: jumps from one timer to the next. Between two timers, all promises settle that can;
 * whatever waits otherwise than for this clock would break that.
 */
export class VirtualClock {
  /** Milliseconds since 1970. */
  now = START;
  private readonly heap: Timer[] = [];
  private order = 0;

  /** Seconds since the start. */
  get seconds(): number {
    return (this.now - START) / 1000;
  }

  date(): Date {
    return new Date(this.now);
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(milliseconds, resolve);
    });
  }

  after(milliseconds: number, run: () => void): Timer {
    const timer: Timer = { at: this.now + Math.max(0, milliseconds), order: this.order++, run };
    this.push(timer);
    return timer;
  }

  /** Runs until `isDone`, or until nothing is left to happen. */
  async run(isDone: () => boolean): Promise<void> {
    await settled();
    while (!isDone()) {
      const timer = this.pop();
      if (!timer) return;
      if (!timer.run) continue;
      this.now = timer.at;
      timer.run();
      await settled();
    }
  }

  private push(timer: Timer): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(timer);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] as Timer;
      if (!isBefore(timer, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = timer;
  }

  private pop(): Timer | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right && isBefore(right, heap[child] as Timer)) child++;
      if (!isBefore(heap[child] as Timer, last)) break;
      heap[at] = heap[child] as Timer;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

const isBefore = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Resolves when all promises have settled that can without another timer. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

export function cancel(timer: Timer | undefined): void {
  if (timer) timer.run = undefined;
}
