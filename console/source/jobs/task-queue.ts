/**
 * Runs at most `limit` tasks at once, in the order in which they were added. Tasks must not
 * reject.
 */
export function taskQueue(limit: number) {
  const waiting = new Set<() => Promise<void>>();
  let running = 0;
  const start = () => {
    for (const task of waiting) {
      if (running >= limit) return;
      waiting.delete(task);
      running += 1;
      void task().finally(() => {
        running -= 1;
        start();
      });
    }
  };
  return {
    /** Adds a task. Returns how to drop it; one that has begun runs to its end. */
    add(task: () => Promise<void>): () => void {
      waiting.add(task);
      start();
      return () => waiting.delete(task);
    },
  };
}
