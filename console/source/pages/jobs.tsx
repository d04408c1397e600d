import { useState } from 'preact/hooks';
import type { JobPage } from '../../../contract/job-api.ts';
import { listJobs } from '../api/client.ts';
import { JobFilters } from '../jobs/job-filters.tsx';
import { JobList } from '../jobs/job-list.tsx';
import { keptList, useKeptList } from '../jobs/kept-lists.ts';
import { keepView, type View, viewOf } from '../jobs/view.ts';
import { Empty, Loading, ProblemNotice } from '../parts/notice.tsx';
import { type Pace, usePolled } from '../poll.ts';
import { go, usePlace } from '../router.ts';

const PAGE = '50';
const MORE_PAGES = 10;
const FILTERS = ['fileName', 'status', 'kind', 'tenant', 'user', 'from', 'to'] as const;

export function JobsPage() {
  const place = usePlace();
  const { query } = place;
  const filter = filterOf(query);
  const cursor = query.get('cursor');
  const request = { ...sought(filter), limit: PAGE, ...(cursor && { cursor }) };
  const key = JSON.stringify(request);
  const kept = place.isReturn ? keptList(key) : undefined;
  const { data, problem, refresh } = usePolled<JobPage>(
    key,
    (signal) => (cursor || filter.fileName ? fullPage(request, signal) : listJobs(request, signal)),
    ({ jobs }): Pace => {
      if (jobs.some(({ status }) => status === 'PROCESSING')) return 'live';
      // Older pages hold jobs that ended long ago.
      return cursor === null ? 'idle' : 'final';
    },
    kept?.page,
  );
  const [selected, select] = useState(kept?.selected);
  useKeptList(place, key, { page: data, selected });
  const named = query.get('view');
  const show = (changes: Record<string, string>) =>
    go(`/jobs?${new URLSearchParams({ ...changes, ...(named && { view: named }) })}`);
  const changeView = (view: View) => {
    keepView(view);
    const shown = new URLSearchParams(query);
    shown.set('view', view);
    go(`/jobs?${shown}`, { replace: true });
  };
  const older = data?.nextCursor;
  return (
    <>
      <h1>Jobs</h1>
      <JobFilters filter={filter} onChange={show} />
      {problem && <ProblemNotice problem={problem} onRetry={refresh} />}
      {!data && !problem && <Loading rows={6} label="Loading jobs" />}
      {data && data.jobs.length === 0 && (
        <NoJobs filtered={Object.keys(filter).length > 0} more={Boolean(older)} older={cursor !== null} />
      )}
      {data && (
        <JobList
          jobs={data.jobs}
          view={viewOf(query)}
          selected={selected}
          onSelect={select}
          onView={changeView}
          onChanged={refresh}
        />
      )}
      <nav class="paging" aria-label="Pages of jobs">
        {cursor && (
          <button type="button" class="button" onClick={() => show(filter)}>
            Newest jobs
          </button>
        )}
        {older && (
          <button type="button" class="button" onClick={() => show({ ...filter, cursor: older })}>
            Older jobs
          </button>
        )}
      </nav>
    </>
  );
}

/**
 * Merges short pages, up to a limit: the API ends a page early if few of the jobs it reads match.
 */
async function fullPage(request: Record<string, string>, signal: AbortSignal): Promise<JobPage> {
  let page = await listJobs(request, signal);
  for (let i = 0; i < MORE_PAGES && page.nextCursor && page.jobs.length < Number(PAGE); i++) {
    const next = await listJobs({ ...request, cursor: page.nextCursor }, signal);
    page = { ...next, jobs: [...page.jobs, ...next.jobs] };
  }
  return page;
}

function NoJobs({ filtered, more, older }: { filtered: boolean; more: boolean; older: boolean }) {
  if (more)
    return <Empty title="No matches on this page">Older jobs may match. Go to older jobs below.</Empty>;
  if (older) return <Empty title="No older jobs">You have reached the oldest job on record.</Empty>;
  if (filtered) return <Empty title="No matching jobs">Broaden or clear the filter above.</Empty>;
  return (
    <Empty title="No jobs yet">
      <a href="/">Upload a file</a> to see it processed.
    </Empty>
  );
}

/** Returns the API's filter: a whole key finds its jobs at once. */
function sought({ fileName = '', ...filter }: Record<string, string>): Record<string, string> {
  if (fileName.startsWith('tenants/')) return { ...filter, key: fileName };
  return fileName ? { ...filter, fileName } : filter;
}

function filterOf(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    FILTERS.flatMap((name) => {
      const value = query.get(name);
      return value ? [[name, value]] : [];
    }),
  );
}
