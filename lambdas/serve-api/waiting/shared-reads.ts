import type { Job } from '../../../core/jobs/job.ts';
import type { JobStore } from '../../../core/jobs/job-store.ts';

/** DynamoDB's limit for one BatchGetItem. */
const BATCH = 100;

/**
 * Reads rows for requests that wait, which all look at the same moments (long-poll.ts): one call for a
 * hundred of them.
 */
export class SharedReads {
  private readonly jobs: JobStore;
  private readonly wanted = new Set<string>();
  private next: Promise<ReadonlyMap<string, Job>> | undefined;

  constructor(jobs: JobStore) {
    this.jobs = jobs;
  }

  /** Returns undefined also for a row that could not be read this time. */
  async get(jobId: string): Promise<Job | undefined> {
    this.wanted.add(jobId);
    this.next ??= new Promise((resolve) => setImmediate(resolve)).then(() => this.read());
    return (await this.next).get(jobId);
  }

  private async read(): Promise<ReadonlyMap<string, Job>> {
    const wanted = [...this.wanted];
    this.wanted.clear();
    this.next = undefined;
    const batches = Array.from({ length: Math.ceil(wanted.length / BATCH) }, (_, i) =>
      this.jobs.getAll(wanted.slice(i * BATCH, (i + 1) * BATCH)),
    );
    return new Map((await Promise.all(batches)).flatMap((found) => [...found]));
  }
}
