import type { QueueLoad } from '../../../contract/statistics-api.ts';
import { count, shortDuration, words } from '../format.ts';

/** Renders the queues in use as a table: their numbers differ too much for one scale. */
export function QueueTable({ queues }: { queues: readonly QueueLoad[] }) {
  return (
    <figure class="chart wide">
      <figcaption>
        <h2>Queues</h2>
        <p class="small muted">jobs that run at once, out of the limit; further jobs wait in line</p>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard. */}
      <section class="table-scroll" aria-label="Queues" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Queue</th>
              <th scope="col" class="number">
                Slots taken
              </th>
              <th scope="col" class="number">
                Per tenant
              </th>
              <th scope="col" class="number">
                Waiting
              </th>
              <th scope="col" class="number">
                Longest wait
              </th>
            </tr>
          </thead>
          <tbody>
            {queues.map(({ queue, taken, limit, tenantShare, waiting, oldestWaitSeconds }) => (
              <tr key={queue}>
                <th scope="row">{words(queue)}</th>
                <td class="number">{`${count(taken)} of ${count(limit)}`}</td>
                <td class="number">{count(tenantShare)}</td>
                <td class="number">{count(waiting)}</td>
                <td class="number">{waiting > 0 ? shortDuration(oldestWaitSeconds) : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </figure>
  );
}
