import { asProblem, type Problem } from '../api/problem.ts';
import { store } from '../store.ts';
import { sendFile } from './send-file.ts';
import type { Owner } from './tickets.ts';

export interface QueuedUpload {
  id: number;
  file: File;
  state: 'waiting' | 'sending' | 'sent' | 'failed' | 'cancelled';
  sentBytes: number;
  /** Object key; set once the file is sent. */
  key?: string;
  /** Epoch milliseconds. */
  startedAt: number;
  problem?: Problem;
}

/** Maximum number of files sent at the same time. */
const PARALLEL = 3;

/**
 * Upload queue. It outlives the Upload page: uploads continue while the user visits other pages.
 */
export const uploads = store<readonly QueuedUpload[]>([]);

const controllers = new Map<number, AbortController>();
const owners = new Map<number, Owner>();
let lastId = 0;

export function addFiles(files: readonly File[], owner: Owner): void {
  const added = files.map((file): QueuedUpload => {
    const id = ++lastId;
    owners.set(id, owner);
    return { id, file, state: 'waiting', sentBytes: 0, startedAt: Date.now() };
  });
  uploads.set([...added.toReversed(), ...uploads.get()]);
  startNext();
}

export function cancelUpload(id: number): void {
  controllers.get(id)?.abort();
  change(id, { state: 'cancelled' });
  startNext();
}

export function retryUpload(id: number): void {
  const { problem: _problem, ...rest } = uploads.get().find((upload) => upload.id === id) as QueuedUpload;
  uploads.set(
    uploads.get().map((upload) => (upload.id === id ? { ...rest, state: 'waiting', sentBytes: 0 } : upload)),
  );
  startNext();
}

function startNext(): void {
  const list = uploads.get();
  const free = PARALLEL - list.filter(({ state }) => state === 'sending').length;
  const waiting = list.filter(({ state }) => state === 'waiting').toReversed();
  for (const upload of waiting.slice(0, Math.max(0, free))) void send(upload);
}

async function send({ id, file }: QueuedUpload): Promise<void> {
  const abort = new AbortController();
  controllers.set(id, abort);
  change(id, { state: 'sending', startedAt: Date.now() });
  const onProgress = (sentBytes: number) => change(id, { sentBytes });
  try {
    const key = await sendFile({ file, owner: owners.get(id) ?? {}, signal: abort.signal, onProgress });
    change(id, { state: 'sent', key, sentBytes: file.size });
  } catch (error) {
    if (!abort.signal.aborted) change(id, { state: 'failed', problem: asProblem(error) });
  } finally {
    controllers.delete(id);
    startNext();
  }
}

function change(id: number, changes: Partial<QueuedUpload>): void {
  uploads.set(uploads.get().map((upload) => (upload.id === id ? { ...upload, ...changes } : upload)));
}

/** Makes the browser ask before a window with unfinished uploads is closed. */
addEventListener('beforeunload', (event) => {
  const busy = uploads.get().some(({ state }) => state === 'sending' || state === 'waiting');
  if (busy) event.preventDefault();
});
