import { callerName } from '../session/session.ts';
import { store } from '../store.ts';

export interface Owner {
  tenant?: string;
  user?: string;
}

/** What is kept of an upload in parts, so that it can be gone on with after a reload or a crash. It is a name, and no permission. */
export interface Ticket {
  uploadId: string;
  /** What tells the file apart when it is chosen again: pages are not let near files by themselves. */
  name: string;
  size: number;
  lastModified: number;
  owner: Owner;
  /** Who began it: others who use this browser need not see what it was. */
  caller: string;
  /** Epoch milliseconds. */
  startedAt: number;
}

const KEPT = 'media-pipeline.uploads';
/** Milliseconds: the bucket's lifecycle forgets unfinished uploads after a day, give or take its own rounds. */
const LIFE = 2 * 24 * 3600_000;

/** Of every caller and every window of this browser, newest first. */
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

/** The ticket of an upload of this very file for the same owner. */
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

/** Runs work that only one window may do at a time; throws what `otherwise` makes where another does it. */
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

/** Ids of the uploads that some window is at work on. */
export async function idsInWork(): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query();
  const names = held.flatMap(({ name }) =>
    name?.startsWith(lockOf('')) ? [name.slice(lockOf('').length)] : [],
  );
  return new Set(names);
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
    // A full or forbidden storage costs the going on after a reload, not the upload.
  }
  tickets.set(changed);
}
