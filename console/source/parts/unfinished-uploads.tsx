import { useEffect, useRef, useState } from 'preact/hooks';
import { abortUpload, getUpload } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import { bytes, shortMoment } from '../format.ts';
import { callerName } from '../session/session.ts';
import { useStore } from '../store.ts';
import { addFiles, uploads } from '../upload/queue.ts';
import { dropTicket, isSameFile, type Ticket, tickets, watchIdsInWork } from '../upload/tickets.ts';
import { Icon } from './icon.tsx';
import { Progress } from './status.tsx';

/**
 * Renders uploads that a reload or a crash interrupted. A page cannot reopen a file on its own: the
 * user has to choose it again.
 */
export function UnfinishedUploads() {
  const unfinished = useUnfinished();
  if (unfinished.length === 0) return null;
  return (
    <section aria-labelledby="unfinished-title">
      <h2 id="unfinished-title">Unfinished uploads</h2>
      <ul class="rows">
        {unfinished.map((ticket) => (
          <UnfinishedRow key={ticket.uploadId} ticket={ticket} />
        ))}
      </ul>
    </section>
  );
}

function UnfinishedRow({ ticket }: { ticket: Ticket }) {
  const { name, size, uploadId, lastModified, owner } = ticket;
  const input = useRef<HTMLInputElement>(null);
  const [other, setOther] = useState<string>();
  const arrived = useArrived(uploadId);
  const take = (file: File | undefined) => {
    if (!file) return;
    if (isSameFile(file, ticket)) addFiles([file], owner);
    else setOther(file.name);
  };
  const discard = () => {
    dropTicket(uploadId);
    // If this fails, the bucket's lifecycle rule removes the parts.
    abortUpload(uploadId).catch(() => undefined);
  };
  return (
    <li class="row upload-row unfinished">
      <span class="row-icon">
        <Icon name="unknown" size={20} />
      </span>
      <div class="row-main">
        <span class="row-title">{name}</span>
        <span class="small muted">{bytes(size)} · choose the file again to resume</span>
        <span class="small field-error" role="alert">
          {other &&
            `Expected ${name} (${bytes(size)}, modified ${shortMoment(new Date(lastModified).toISOString())}), got another file: ${other}.`}
        </span>
      </div>
      <div class="row-state">
        {arrived !== undefined && (
          <div class="progress-line">
            <Progress percent={(100 * arrived) / size} label={`Upload progress of ${name}`} />
            <span class="small muted numbers">
              {bytes(arrived)} of {bytes(size)} uploaded
            </span>
          </div>
        )}
      </div>
      <div class="row-action buttons">
        <button
          type="button"
          class="button"
          onClick={() => input.current?.click()}
          aria-label={`Choose file ${name} again`}
        >
          Choose file
        </button>
        <button
          type="button"
          class="button quiet"
          onClick={discard}
          aria-label={`Discard the upload of ${name}`}
        >
          Discard
        </button>
        <input
          ref={input}
          type="file"
          hidden
          aria-label={`${name}, again`}
          onChange={(event) => {
            take(event.currentTarget.files?.[0]);
            event.currentTarget.value = '';
          }}
        />
      </div>
    </li>
  );
}

/**
 * Returns the caller's tickets that are not in this page's list and not in progress in another
 * window.
 */
function useUnfinished(): Ticket[] {
  const kept = useStore(tickets);
  const queue = useStore(uploads);
  const [inWork, setInWork] = useState<ReadonlySet<string>>();
  useEffect(() => watchIdsInWork(setInWork), [kept]);
  if (!inWork) return [];
  const listed = (ticket: Ticket) =>
    queue.some(({ file, state }) => isSameFile(file, ticket) && state !== 'sent' && state !== 'cancelled');
  return kept.filter(
    (ticket) => ticket.caller === callerName() && !inWork.has(ticket.uploadId) && !listed(ticket),
  );
}

/**
 * Returns the number of uploaded bytes once the API has responded. Drops the ticket if the upload
 * no longer exists.
 */
function useArrived(uploadId: string): number | undefined {
  const [arrived, setArrived] = useState<number>();
  useEffect(() => {
    getUpload(uploadId).then(
      ({ parts }) => setArrived(parts.reduce((sum, { size }) => sum + size, 0)),
      (error) => {
        if (error instanceof Problem && error.status === 404) dropTicket(uploadId);
      },
    );
  }, [uploadId]);
  return arrived;
}
