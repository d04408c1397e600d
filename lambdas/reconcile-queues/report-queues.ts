import { type Measures, measure } from '../../core/jobs/metrics.ts';
import type { QueueRepairs } from './reconcile-queues.ts';

/**
 * Publishes the load of each queue and of the fullest, and the repairs, as CloudWatch metrics.
 * Returns its argument.
 */
export function reportQueues(repairs: QueueRepairs): QueueRepairs {
  const { released, told, loads } = repairs;
  for (const { queue, isFull, line } of loads) {
    const measures: Measures = { QueueFull: [isFull ? 1 : 0, 'Count'] };
    if (line) {
      measures.QueueWaiting = [line.waiting, 'Count'];
      measures.QueueOldestSeconds = [line.oldestSeconds, 'Seconds'];
    }
    measure(measures, [{ Queue: queue }]);
  }
  const lines = loads.flatMap(({ line }) => line ?? []);
  // Zeros are published too, so that missing data means that reconcile-queues is not running.
  measure({
    FullQueues: [loads.filter(({ isFull }) => isFull).length, 'Count'],
    'Reconciled-released': [released, 'Count'],
    'Reconciled-told': [told, 'Count'],
    ...((lines.length > 0 || loads.length === 0) && {
      OldestWaitSeconds: [Math.max(0, ...lines.map(({ oldestSeconds }) => oldestSeconds)), 'Seconds'],
    }),
  });
  return repairs;
}
