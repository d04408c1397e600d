import { useRef, useState } from 'preact/hooks';
import type { JobSummary } from '../../../contract/job-api.ts';
import { listJobs } from '../api/client.ts';
import { DropZone } from '../parts/drop-zone.tsx';
import { OwnerFields } from '../parts/owner-fields.tsx';
import { UnfinishedUploads } from '../parts/unfinished-uploads.tsx';
import { UploadRow } from '../parts/upload-row.tsx';
import { type Pace, usePolled } from '../poll.ts';
import { session } from '../session/session.ts';
import { useStore } from '../store.ts';
import { addFiles, type QueuedUpload, uploads } from '../upload/queue.ts';
import type { Owner } from '../upload/tickets.ts';

export function UploadsPage() {
  const [owner, setOwner] = useState<Owner>(ownerOf);
  const list = useStore(uploads);
  const jobs = useJobsOf(list);
  return (
    <>
      <h1>Upload</h1>
      <p class="lead">
        Images, video, audio and documents. Each upload becomes a job, and its outputs appear when the job
        completes.
      </p>
      <DropZone onFiles={(files) => addFiles(files, given(owner))} />
      <OwnerFields owner={owner} onChange={setOwner} />
      <UnfinishedUploads />
      {list.length > 0 && (
        <section aria-labelledby="uploads-title">
          <h2 id="uploads-title">Your uploads</h2>
          <ul class="rows">
            {list.map((upload) => (
              <UploadRow
                key={upload.id}
                upload={upload}
                job={upload.key ? jobs.get(upload.key) : undefined}
              />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/**
 * Returns the jobs of uploads by object key. They are looked up in the job list, since an upload
 * has no job ID.
 */
function useJobsOf(list: readonly QueuedUpload[]): ReadonlyMap<string, JobSummary> {
  const sent = list.filter(({ key }) => key !== undefined);
  const known = new Set(sent.map(({ key }) => key));
  // Allows for clock skew between browser and API.
  const from = new Date(Math.min(...sent.map(({ startedAt }) => startedAt), Date.now()) - 300_000);
  const load = async (signal: AbortSignal) => {
    if (sent.length === 0) return [];
    const { jobs } = await listJobs({ from: from.toISOString(), limit: '200' }, signal);
    return jobs.filter(({ key }) => known.has(key));
  };
  const paceOf = (jobs: JobSummary[]): Pace =>
    jobs.length === known.size && jobs.every(({ status }) => status !== 'PROCESSING') ? 'final' : 'live';
  const { data } = usePolled(`uploads ${[...known].join(' ')}`, load, paceOf);
  // Another upload changes the query. Until its response arrives, the last result is shown.
  const last = useRef<JobSummary[]>([]);
  if (data) last.current = data;
  return new Map(last.current.map((job) => [job.key, job]));
}

/** Returns default owner fields: an operator belongs to no tenant and has to name one. */
function ownerOf(): Owner {
  const who = session.get();
  return who.by === 'development' && who.identity === 'operator' ? { tenant: 'demo', user: 'you' } : {};
}

function given({ tenant, user }: Owner): Owner {
  return { ...(tenant && { tenant }), ...(user && { user }) };
}
