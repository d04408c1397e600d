import type { StateError } from './state-error.ts';
import type { TaskAttempt } from './task-attempt.ts';

/** What runs in an execution, or in a Map state of it, and is stopped with it. */
export class Scope {
  stopped: StateError | undefined;
  private readonly attempts = new Set<TaskAttempt>();
  private readonly inner = new Set<Scope>();

  /** Returns a scope that is stopped with this one, or alone. */
  nested(): Scope {
    const scope = new Scope();
    this.inner.add(scope);
    return scope;
  }

  async run(attempt: TaskAttempt): Promise<unknown> {
    this.attempts.add(attempt);
    try {
      return await attempt.ended;
    } finally {
      this.attempts.delete(attempt);
    }
  }

  stop(error: StateError): void {
    this.stopped ??= error;
    for (const attempt of this.attempts) attempt.fail(error);
    for (const scope of this.inner) scope.stop(error);
  }
}

/**
 * Runs an iteration for each item, so many at once. The first failure stops the scope, and is the
 * state's.
 */
export async function runIterations(
  items: readonly unknown[],
  maxConcurrency: number,
  scope: Scope,
  iterate: (item: unknown, index: number) => Promise<unknown>,
): Promise<unknown[]> {
  const outputs: unknown[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length && !scope.stopped) {
      const index = next++;
      outputs[index] = await iterate(items[index], index);
    }
  };
  const workers = Array.from({ length: Math.min(items.length, maxConcurrency) }, () =>
    worker().catch((error: StateError) => {
      scope.stop(error);
    }),
  );
  await Promise.all(workers);
  if (scope.stopped) throw scope.stopped;
  return outputs;
}
