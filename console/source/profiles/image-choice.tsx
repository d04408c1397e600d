import { useEffect, useState } from 'preact/hooks';
import type { JobSummary } from '../../../contract/job-api.ts';
import { listJobs } from '../api/client.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import { fileName } from '../format.ts';

const LATEST = 20;
const JOB_ID = /^job_[a-z2-7]{26}$/;

/** Lets one choose a completed job of an image: of the latest, by the beginning of its file's name, or by its ID. */
export function ImageChoice({
  jobId,
  onChoose,
  onProblem,
}: {
  jobId: string;
  onChoose: (jobId: string) => void;
  onProblem: (problem: Problem | undefined) => void;
}) {
  const [search, setSearch] = useState('');
  const [jobs, setJobs] = useState<JobSummary[]>();
  const isId = JOB_ID.test(search);
  useEffect(() => {
    if (isId) return onChoose(search);
    const abort = new AbortController();
    const query = {
      ...{ kind: 'IMAGE', status: 'COMPLETED', limit: String(LATEST) },
      ...(search && { fileName: search }),
    };
    listJobs(query, abort.signal).then(
      (page) => {
        setJobs(page.jobs);
        onProblem(undefined);
        onChoose(page.jobs[0]?.jobId ?? '');
      },
      (error) => !abort.signal.aborted && onProblem(asProblem(error)),
    );
    return () => abort.abort();
  }, [search, isId]);
  return (
    <div class="fields">
      <label>
        Find an image by file name or job ID
        <input
          type="search"
          placeholder="The latest"
          value={search}
          spellcheck={false}
          autocomplete="off"
          onChange={(event) => setSearch(event.currentTarget.value.trim())}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            // It is a field of the form that saves.
            event.preventDefault();
            setSearch(event.currentTarget.value.trim());
          }}
        />
      </label>
      {!isId && (
        <label>
          Image
          <select
            value={jobId}
            disabled={!jobs?.length}
            onChange={(event) => onChoose(event.currentTarget.value)}
          >
            {jobs?.length === 0 && <option value="">No image found</option>}
            {jobs?.map((job) => (
              <option key={job.jobId} value={job.jobId}>
                {fileName(job.key)} ({job.tenantId})
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}
