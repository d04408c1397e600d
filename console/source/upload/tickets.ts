import { callerName } from '../session/session.ts';
import { store } from '../store.ts';

export interface Owner {
  tenant?: string;
  user?: string;
}

/**
 * Record of a multipart upload, kept so that it can resume after a reload or a crash. It is an
 * identifier and grants no access.
 */
export interface Ticket {
  uploadId: string;
  /**
   * With `size` and `lastModified`, identifies the file when the user chooses it again: a page
   * cannot reopen files on its own.
   */
  name: string;
  size: number;
  lastModified: number;
  owner: Owner;
  /** Caller who started it: other users of this browser should not see it. */
  caller: string;
  /** Epoch milliseconds. */
  startedAt: number;
}

const KEPT = 'media-pipeline.uploads';
/**
 * Lifetime in milliseconds: the bucket's lifecycle rule aborts unfinished uploads after one day,
 * plus the time until the rule runs.
 */
const LIFE = 2 * 24 * 3600_000;

/** Tickets of all callers and all windows of this browser, newest first. */
export const tickets = store<readonly Ticket[]>(read());

addEventListener('storage', ({ key }) => {
  if (key === KEPT) tickets.set(read());
});

export function keepTicket(uploadId: string, { name, size, lastModified }: File, owner: Owner): void {
  const caller = callerName();
  const ticket = { uploadId, name, size, lastModified, owner, caller, startedAt: Date.now() };
  write([ticket, ...read().filter((other) => other.uploadId !== uploadId)]);
}

export function dropTicket(uploadId: string): void {
  write(read().filter((ticket) => ticket.uploadId !== uploadId));
}

/** Finds the ticket for an upload of this file by the same caller for the same owner. */
export function ticketOf(file: File, owner: Owner): Ticket | undefined {
  return read().find(
    (ticket) =>
      isSameFile(ticket, file) &&
      ticket.caller === callerName() &&
      ticket.owner.tenant === owner.tenant &&
      ticket.owner.user === owner.user,
  );
}

type Identity = Pick<File, 'name' | 'size' | 'lastModified'>;

export const isSameFile = (a: Identity, b: Identity) =>
  a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;

/**
 * Runs work that only one window may do at a time. Throws the error from `otherwise` if another
 * window is doing it.
 */
export async function asOnlyWindow<T>(
  uploadId: string,
  work: () => Promise<T>,
  otherwise: () => Error,
): Promise<T> {
  return navigator.locks.request(lockOf(uploadId), { ifAvailable: true }, (lock) => {
    if (!lock) throw otherwise();
    return work();
  });
}

/**
 * Gives `listener` the IDs of uploads in progress in any window, now and whenever one of them ends
 * or its window crashes. Returns the function that ends this.
 */
export function watchIdsInWork(listener: (ids: ReadonlySet<string>) => void): () => void {
  const ended = new AbortController();
  const look = async () => {
    const { held = [] } = await navigator.locks.query();
    if (ended.signal.aborted) return;
    const names = held.flatMap(({ name }) => (name?.startsWith(lockOf('')) ? [name] : []));
    listener(new Set(names.map((name) => name.slice(lockOf('').length))));
    for (const name of names) {
      // Granted when the window that has it now lets it go.
      const options = { mode: 'shared', signal: ended.signal } as const;
      navigator.locks.request(name, options, () => undefined).then(look, () => undefined);
    }
  };
  void look();
  return () => ended.abort();
}

const lockOf = (uploadId: string) => `${KEPT} ${uploadId}`;

function read(): readonly Ticket[] {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? '[]') as Ticket[];
    return kept.filter(({ startedAt }) => Date.now() - startedAt < LIFE);
  } catch {
    return [];
  }
}

function write(changed: readonly Ticket[]): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(changed));
  } catch {
    // Without local storage (full or blocked), only resuming after a reload is lost, not the
    // upload.
  }
  tickets.set(changed);
}
