import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../base/files.ts';
import type { Event } from './event.ts';

/** Pending delivery of an event to one target. */
export interface Delivery {
  id: string;
  rule: string;
  event: Event;
}

/** Stores pending deliveries as files, so that an accepted event outlives the process. */
export class EventJournal {
  private readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true });
  }

  add(delivery: Delivery): void {
    replaceFile(this.fileOf(delivery), JSON.stringify(delivery));
  }

  remove(delivery: Delivery): void {
    rmSync(this.fileOf(delivery), { force: true });
  }

  pending(): Delivery[] {
    return readdirSync(this.directory)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(this.directory, name), 'utf8')) as Delivery);
  }

  private fileOf({ id }: Delivery): string {
    return join(this.directory, `${id}.json`);
  }
}
