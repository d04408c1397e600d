import type { Job } from '../../../core/jobs/job.ts';
import type { Profiles } from '../../../core/profiles/profile-entry.ts';
import type { Random } from '../random.ts';
import { StateError } from '../states/state-error.ts';
import type { VirtualClock } from '../virtual-clock.ts';

/** Milliseconds of a call. */
const LATENCY = [3, 8] as const;
/** Write units of a row of up to 1 KB and of its three indexes, by what a write changes. */
const UNITS = { created: 4, kind: 3, progress: 4, status: 5, claim: 1 } as const;

type Fence = { executionArn: string };

/**
 * Stands in for the rows of the job table, the ledger of uploads and the claims of stems: every
 * upload has a key of its own here. Their conditions are those of the real ones, but not their
 * expressions. Counts units by estimate.
 */
export class JobRows {
  readonly use = { writeUnits: 0, readUnits: 0 };
  readonly rows = new Map<string, Job>();
  private readonly clock: VirtualClock;
  private readonly random: Random;

  constructor(clock: VirtualClock, random: Random) {
    this.clock = clock;
    this.random = random;
  }

  /** The profiles: none but the shipped one. */
  async read(): Promise<Profiles> {
    this.use.readUnits++;
    await this.sleep();
    return {};
  }

  async create(job: Job): Promise<Job | undefined> {
    await this.write(UNITS.created);
    const known = this.rows.get(job.jobId);
    if (!known) this.rows.set(job.jobId, job);
    return !known || known.executionArn === job.executionArn ? (known ?? job) : undefined;
  }

  async get(jobId: string): Promise<Job | undefined> {
    this.use.readUnits++;
    await this.sleep();
    return this.rows.get(jobId);
  }

  async setAttributes(jobId: string, fence: Fence, set: Partial<Job>): Promise<Job | undefined> {
    await this.write(UNITS.kind);
    return this.change(jobId, fence, set, ['PROCESSING']);
  }

  async progress(
    jobId: string,
    fence: Fence,
    progress: Job['progress'],
    at: string,
  ): Promise<Job | undefined> {
    await this.write(UNITS.progress);
    return this.change(jobId, fence, { progress, updatedAt: at }, ['PROCESSING']);
  }

  async startChunks(jobId: string, fence: Fence, count: number, at: string): Promise<Job | undefined> {
    const chunks = { startedAt: at, count, percents: {} };
    return this.progress(jobId, fence, { phase: 'transcode', percent: 6, chunks }, at);
  }

  /** As often as a chunk ends; the real one writes in between, too. */
  async chunkProgress(jobId: string, fence: Fence, _chunk: object, at: string): Promise<Job | undefined> {
    await this.write(UNITS.progress);
    return this.change(jobId, fence, { updatedAt: at }, ['PROCESSING']);
  }

  async fail(jobId: string, fence: Fence, at: string): Promise<Job | undefined> {
    await this.write(UNITS.status);
    return (
      this.change(jobId, fence, { status: 'FAILED', updatedAt: at }, ['PROCESSING']) ?? this.rows.get(jobId)
    );
  }

  /** What the state CompleteJob writes, and selects of the row. Throws `StateError`. */
  async complete(jobId: string, fence: Fence, at: string): Promise<object> {
    await this.write(UNITS.status);
    const set: Partial<Job> = { status: 'COMPLETED', updatedAt: at, finishedAt: at };
    const job = this.change(jobId, fence, set, ['PROCESSING', 'COMPLETED', 'FAILED', 'REJECTED']);
    if (!job) throw new StateError('DynamoDB.ConditionalCheckFailedException');
    const { createdAt, attempt } = job;
    return {
      Attributes: { createdAt: { S: createdAt }, finishedAt: { S: at }, attempt: { N: String(attempt) } },
    };
  }

  /** The ledger: no upload has another before it. */
  async recordUpload(): Promise<string[]> {
    await this.write(UNITS.claim);
    return [];
  }

  /** The claims of stems: the first is free. */
  async claim(_folder: string, _owner: unknown, [stem = '', ...others]: readonly string[]): Promise<string> {
    await this.write(UNITS.claim);
    this.use.readUnits += others.length;
    await this.sleep();
    return stem;
  }

  private change(
    jobId: string,
    { executionArn }: Fence,
    set: Partial<Job>,
    from: readonly Job['status'][],
  ): Job | undefined {
    const job = this.rows.get(jobId);
    if (!job || job.executionArn !== executionArn || !from.includes(job.status)) return undefined;
    const changed = { ...job, ...set };
    this.rows.set(jobId, changed);
    return changed;
  }

  private async write(units: number): Promise<void> {
    this.use.writeUnits += units;
    await this.sleep();
  }

  private sleep(): Promise<void> {
    return this.clock.sleep(this.random.between(...LATENCY));
  }
}
