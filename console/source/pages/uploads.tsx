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
        Images, video, audio and documents. Each upload becomes a job, and its outputs appear as soon as it
        ends.
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

/** The jobs of what was uploaded, by key: found in the list of jobs, since an upload does not know its job. */
function useJobsOf(list: readonly QueuedUpload[]): ReadonlyMap<string, JobSummary> {
  const sent = list.filter(({ key }) => key !== undefined);
  const known = new Set(sent.map(({ key }) => key));
  // Clocks of browser and API differ.
  const from = new Date(Math.min(...sent.map(({ startedAt }) => startedAt), Date.now()) - 300_000);
  const load = async (signal: AbortSignal) => {
    if (sent.length === 0) return [];
    const { jobs } = await listJobs({ from: from.toISOString(), limit: '200' }, signal);
    return jobs.filter(({ key }) => known.has(key));
  };
  const paceOf = (jobs: JobSummary[]): Pace =>
    jobs.length === known.size && jobs.every(({ status }) => status !== 'PROCESSING') ? 'final' : 'live';
  const { data } = usePolled(`uploads ${[...known].join(' ')}`, load, paceOf);
  // One more upload makes another question; until its answer, the last one holds.
  const last = useRef<JobSummary[]>([]);
  if (data) last.current = data;
  return new Map(last.current.map((job) => [job.key, job]));
}

/** An operator belongs to no tenant, so he has to name one. */
function ownerOf(): Owner {
  const who = session.get();
  return who.by === 'development' && who.identity === 'operator' ? { tenant: 'demo', user: 'you' } : {};
}

function given({ tenant, user }: Owner): Owner {
  return { ...(tenant && { tenant }), ...(user && { user }) };
}
