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
      // Loads them before the redrive: afterwards its jobs are no longer FAILED.
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
        Jobs that failed for reasons an operator can fix: a permission, a service, memory or time. Fix the
        cause, preview the redrive with a dry run, then run it.
      </p>
      {problem && <ProblemNotice problem={problem} onRetry={refresh} />}
      {letters && (
        <Tiles
          tiles={[
            { label: 'Waiting', value: count(letters.waiting), note: 'dead letters to review' },
            {
              label: 'In progress',
              value: count(letters.held),
              note: 'held by a redrive, or hidden after a refusal',
            },
          ]}
        />
      )}
      <RedriveForm
        operator={letters !== undefined}
        busy={busy}
        onDryRun={(selection) => run(selection, true)}
      />
      {busy && <Loading rows={3} label="Waiting for results" />}
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
            Up to {asking.limit} jobs run again, {asking.ratePerSecond} per second. Each job is checked again
            for changes since the dry run.
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
      <Notice tone="good" title={dryRun ? 'Nothing to redrive' : 'Nothing was left to redrive'}>
        No dead letter or failed job matches.
      </Notice>
    );
  const title = dryRun
    ? `${willRun} of ${results.length} would run again`
    : `${willRun} of ${results.length} run again`;
  const action = dryRun && (
    <button type="button" class="button primary" onClick={onRedrive}>
      Redrive {willRun > 0 ? willRun : 'and clean up'}
    </button>
  );
  return (
    <section aria-labelledby="results-title">
      <div class="title-row">
        <h2 id="results-title">{title}</h2>
        {action}
      </div>
      <p class="small muted" role="status">
        {dryRun ? 'This is a dry run: nothing has changed yet.' : 'Done. The jobs are running.'}
        {answer.nextCursor && ' There are more jobs than one request handles. Run it again afterwards.'}
      </p>
      <RedriveTable results={results} jobs={jobs} dryRun={dryRun} />
    </section>
  );
}

/** Loads the names and errors of failed jobs: the redrive returns job IDs only. */
async function failedJobs(): Promise<ReadonlyMap<string, JobSummary>> {
  const { jobs } = await listJobs({ status: 'FAILED', limit: '200' });
  return new Map(jobs.map((job) => [job.jobId, job]));
}
