import { useState } from 'preact/hooks';
import type { JobSummary } from '../../../contract/job-api.ts';
import type { RedriveResults } from '../../../contract/retry-api.ts';
import { getStatistics, listJobs, redriveJobs } from '../api/client.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import { count } from '../format.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Loading, Notice, ProblemNotice } from '../parts/notice.tsx';
import { RedriveForm, type Selection } from '../parts/redrive-form.tsx';
import { RedriveTable } from '../parts/redrive-table.tsx';
import { Tiles } from '../parts/tiles.tsx';
import { usePolled } from '../poll.ts';

interface Shown {
  answer: RedriveResults;
  selection: Selection;
  jobs: ReadonlyMap<string, JobSummary>;
}

export function DeadLettersPage() {
  const { data, problem, refresh } = usePolled('dead letters', (signal) =>
    getStatistics({ window: '1h' }, signal),
  );
  const [shown, setShown] = useState<Shown>();
  const [refusal, setRefusal] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState<Selection>();
  const run = async (selection: Selection, dryRun: boolean) => {
    setBusy(true);
    setRefusal(undefined);
    try {
      // Before the redrive: after it, its jobs are no failed ones any more.
      const jobs = new Map([...(shown?.jobs ?? []), ...(await failedJobs())]);
      setShown({ answer: await redriveJobs({ ...selection, dryRun }), selection, jobs });
    } catch (error) {
      setShown(undefined);
      setRefusal(asProblem(error));
    }
    setBusy(false);
    refresh();
  };
  const letters = data?.deadLetters;
  return (
    <>
      <h1>Dead letters</h1>
      <p class="lead">
        Jobs that failed for reasons an operator can mend: a permission, a service, memory or time. Mend the
        cause, look at what a redrive would do, then let it happen.
      </p>
      {problem && <ProblemNotice problem={problem} onRetry={refresh} />}
      {letters && (
        <Tiles
          tiles={[
            { label: 'Waiting', value: count(letters.waiting), note: 'dead letters to look at' },
            { label: 'In work', value: count(letters.held), note: 'held by a redrive just now' },
          ]}
        />
      )}
      <RedriveForm
        operator={letters !== undefined}
        busy={busy}
        onDryRun={(selection) => run(selection, true)}
      />
      {busy && <Loading rows={3} label="Asking the pipeline" />}
      {refusal && <ProblemNotice problem={refusal} />}
      {shown && !busy && <Results shown={shown} onRedrive={() => setAsking(shown.selection)} />}
      {asking && (
        <Confirm
          title="Redrive these jobs?"
          action="Redrive"
          onConfirm={() => run(asking, false)}
          onClose={() => setAsking(undefined)}
        >
          <p>
            Up to {asking.limit} jobs run again, {asking.ratePerSecond} a second. What has changed since the
            dry run is looked at again, job by job.
          </p>
        </Confirm>
      )}
    </>
  );
}

function Results({ shown: { answer, jobs }, onRedrive }: { shown: Shown; onRedrive: () => void }) {
  const { results, dryRun } = answer;
  const willRun = results.filter(({ outcome }) => outcome === 'redriven' || outcome === 'restarted').length;
  if (results.length === 0)
    return (
      <Notice tone="good" title={dryRun ? 'Nothing waits for a redrive' : 'Nothing was left to redrive'}>
        No dead letter or failed job matches.
      </Notice>
    );
  const title = dryRun
    ? `${willRun} of ${results.length} would run again`
    : `${willRun} of ${results.length} run again`;
  const action = dryRun && (
    <button type="button" class="button primary" onClick={onRedrive}>
      Redrive {willRun > 0 ? willRun : 'and tidy up'}
    </button>
  );
  return (
    <section aria-labelledby="results-title">
      <div class="title-row">
        <h2 id="results-title">{title}</h2>
        {action}
      </div>
      <p class="small muted" role="status">
        {dryRun ? 'A dry run: nothing has changed yet.' : 'Done. The jobs are on their way.'}
        {answer.nextCursor && ' There are more than this request takes; run it again afterwards.'}
      </p>
      <RedriveTable results={results} jobs={jobs} dryRun={dryRun} />
    </section>
  );
}

/** Names and errors for what the redrive calls by id alone. */
async function failedJobs(): Promise<ReadonlyMap<string, JobSummary>> {
  const { jobs } = await listJobs({ status: 'FAILED', limit: '200' });
  return new Map(jobs.map((job) => [job.jobId, job]));
}
