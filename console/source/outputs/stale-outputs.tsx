import { useState } from 'preact/hooks';
import type { Job } from '../../../contract/job-api.ts';
import type { RerenderResult } from '../../../contract/rerender-api.ts';
import { makeAgain, rerenderJobs } from '../api/client.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import { Notice, ProblemNotice } from '../parts/notice.tsx';

/** Tells which outputs of a completed job would come out otherwise now, and makes them again. */
export function StaleOutputs({ job, onChanged }: { job: Job; onChanged: () => void }) {
  const [found, setFound] = useState<RerenderResult>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    await work().catch((error: unknown) => setProblem(asProblem(error)));
    setBusy(false);
  };
  const look = () =>
    run(async () => {
      const { results } = await rerenderJobs({ filter: { jobId: job.jobId }, dryRun: true });
      setFound(results[0]);
    });
  const make = () =>
    run(async () => {
      await makeAgain(job.jobId);
      setFound(undefined);
      onChanged();
    });
  return (
    <section aria-labelledby="stale-title">
      <h2 id="stale-title">Stale outputs</h2>
      <p class="muted">
        Outputs are stale if they would come out otherwise now, because the profile, a setting or the code has
        changed since.
      </p>
      {found && <Found found={found} />}
      {problem && <ProblemNotice problem={problem} onRetry={look} />}
      <div class="buttons">
        <button type="button" class="button" disabled={busy} onClick={look}>
          Check what is stale
        </button>
        {found && found.stale.length > 0 && (
          <button type="button" class="button primary" disabled={busy} onClick={make}>
            Make them again
          </button>
        )}
      </div>
    </section>
  );
}

function Found({ found: { outcome, reason, stale, estimatedUsd } }: { found: RerenderResult }) {
  if (outcome === 'current')
    return (
      <Notice tone="good" title="All outputs are current">
        {reason}
      </Notice>
    );
  if (outcome !== 'stale')
    return (
      <Notice tone="warn" title="Nothing can be made again">
        {reason}
      </Notice>
    );
  return (
    <>
      <ul class="stale">
        {stale.map(({ name, reason: why }) => (
          <li key={name}>
            <code>{name}</code> {why}
          </li>
        ))}
      </ul>
      <p class="small muted">
        At most about ${estimatedUsd.toFixed(4)} on AWS. What is current is kept, and what is shown stays
        until the new outputs are whole.
      </p>
    </>
  );
}
