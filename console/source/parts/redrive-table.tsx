import type { JobSummary } from '../../../contract/job-api.ts';
import type { RedriveResult } from '../../../contract/retry-api.ts';
import { fileName } from '../format.ts';

const OUTCOMES: Readonly<Record<RedriveResult['outcome'], { will: string; did: string; tone: string }>> = {
  redriven: { will: 'would resume', did: 'resumed', tone: 'completed' },
  restarted: { will: 'would restart', did: 'restarted', tone: 'completed' },
  delivered: { will: 'would be delivered', did: 'delivered', tone: 'completed' },
  refused: { will: 'would be refused', did: 'refused', tone: 'failed' },
  dropped: { will: 'would be dropped', did: 'dropped', tone: 'cancelled' },
};

export function RedriveTable({
  results,
  jobs,
  dryRun,
}: {
  results: readonly RedriveResult[];
  jobs: ReadonlyMap<string, JobSummary>;
  dryRun: boolean;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard.
    <section class="table-scroll card" aria-label="Results" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Job and error</th>
            <th scope="col">Outcome</th>
          </tr>
        </thead>
        <tbody>
          {results.map(({ jobId, outcome, reason }, i) => {
            const job = jobId ? jobs.get(jobId) : undefined;
            return (
              <tr key={jobId ?? i}>
                <td>
                  <p>{jobId ? <a href={`/jobs/${jobId}`}>{job ? fileName(job.key) : jobId}</a> : 'no job'}</p>
                  {job?.error && <code class="small muted">{job.error.name}</code>}
                </td>
                <td>
                  <span class={`badge ${OUTCOMES[outcome].tone}`}>
                    {OUTCOMES[outcome][dryRun ? 'will' : 'did']}
                  </span>
                  <p class="small muted">{reason}</p>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
