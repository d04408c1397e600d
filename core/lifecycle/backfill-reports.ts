import {
  BACKFILL_OUTCOMES,
  type BackfillCounts,
  type BackfillOutcome,
  type BackfillUpload,
} from '../../contract/backfill-api.ts';
import type { ObjectStore } from '../aws/object-store.ts';

/** Report of one batch, as its key names it. */
export interface BatchReport {
  key: string;
  batchId: string;
  counts: BackfillCounts;
  /** Millionths of a US dollar. */
  microdollars: number;
}

export interface BackfillTotals {
  objects: number;
  counts: BackfillCounts;
  estimatedUsd: number;
}

/**
 * Reports of backfills: one object per batch, a JSON line per upload. The object's key has the
 * counts, so that listing keys (1,000 batches a request) gives those of the whole backfill; and a
 * batch whose report exists is done, whatever became of the call that wrote it.
 */
export class BackfillReports {
  private readonly objects: ObjectStore;
  private readonly bucket: string;

  constructor(objects: ObjectStore, outputBucket: string) {
    this.objects = objects;
    this.bucket = outputBucket;
  }

  /** Tells whether a batch has been reported. */
  async has(backfillId: string, batchId: string): Promise<boolean> {
    const prefix = `${folderOf(backfillId)}${batchId}_`;
    return (await this.objects.listKeys(this.bucket, prefix, { limit: 1 })).length > 0;
  }

  async write(backfillId: string, batchId: string, uploads: readonly BackfillUpload[]): Promise<void> {
    const body = Buffer.from(uploads.map((upload) => `${JSON.stringify(upload)}\n`).join(''));
    const key = `${folderOf(backfillId)}${batchId}_${nameOf(uploads)}.jsonl`;
    // Written again only by a try that got the same results.
    await this.objects.put({
      ...{ bucket: this.bucket, key, contentType: 'application/x-ndjson', body, replaces: null },
    });
  }

  /** Sums up the reports so far. */
  async totals(backfillId: string): Promise<BackfillTotals> {
    const sum = { counts: noCounts(), microdollars: 0 };
    let after: string | undefined;
    do {
      const page = await this.page(backfillId, after);
      for (const { counts, microdollars } of firstOfEach(page)) {
        for (const outcome of BACKFILL_OUTCOMES) sum.counts[outcome] += counts[outcome];
        sum.microdollars += microdollars;
      }
      after = page.length === PAGE ? page.at(-1)?.key : undefined;
    } while (after);
    const objects = Object.values(sum.counts).reduce((total, one) => total + one, 0);
    return { objects, counts: sum.counts, estimatedUsd: sum.microdollars / 1e6 };
  }

  /**
   * Reads the uploads of some reports behind the one with the key `after`, only those with the
   * outcome if one is named. `next`: the key of the last one read, if there may be more.
   */
  async read(
    backfillId: string,
    { outcome, after }: { outcome?: BackfillOutcome | undefined; after?: string | undefined },
  ): Promise<{ uploads: BackfillUpload[]; next: string | undefined }> {
    const page = await this.page(backfillId, after);
    const wanted = firstOfEach(page).filter(({ counts }) => !outcome || counts[outcome] > 0);
    const read = wanted.slice(0, READ_AT_ONCE);
    const texts = await Promise.all(read.map(({ key }) => this.objects.readOutput(this.bucket, key)));
    const uploads = texts.flatMap((text) => linesOf(text?.toString('utf8') ?? ''));
    const isWhole = wanted.length <= READ_AT_ONCE && page.length < PAGE;
    const last = wanted.length > READ_AT_ONCE ? read.at(-1) : page.at(-1);
    return {
      uploads: uploads.filter((upload) => !outcome || upload.outcome === outcome),
      next: isWhole ? undefined : last?.key,
    };
  }

  private async page(backfillId: string, after: string | undefined): Promise<BatchReport[]> {
    const folder = folderOf(backfillId);
    const keys = await this.objects.listKeys(this.bucket, folder, { after, limit: PAGE });
    return keys.map((key) => ({ key, ...parseName(key.slice(folder.length)) }));
  }
}

/** Reports per ListObjectsV2. */
const PAGE = 1000;
/** Reports read for one response: about 300 kB. */
const READ_AT_ONCE = 10;

/** Prefix of a backfill's reports in the output bucket, which a lifecycle rule expires. */
export const folderOf = (backfillId: string): string => `backfills/${backfillId}/`;

/** Tries of a batch that overlapped may have reported it twice, with other counts. */
const firstOfEach = (page: readonly BatchReport[]) =>
  page.filter(({ batchId }, i) => batchId !== page[i - 1]?.batchId);

const noCounts = () => Object.fromEntries(BACKFILL_OUTCOMES.map((name) => [name, 0])) as BackfillCounts;

/** For example `start-3_processed-97_microdollars-762`. */
function nameOf(uploads: readonly BackfillUpload[]): string {
  const counts = noCounts();
  for (const { outcome } of uploads) counts[outcome] += 1;
  const usd = uploads.reduce((sum, { estimatedUsd = 0 }) => sum + estimatedUsd, 0);
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return [...parts, ['microdollars', Math.round(usd * 1e6)]]
    .map(([name, count]) => `${name}-${count}`)
    .join('_');
}

function parseName(name: string): Omit<BatchReport, 'key'> {
  const [batchId = '', ...parts] = name.replace(/\.jsonl$/, '').split('_');
  const values = Object.fromEntries(
    parts.map((part) => {
      const at = part.lastIndexOf('-');
      return [part.slice(0, at), Number(part.slice(at + 1))] as const;
    }),
  );
  const { microdollars = 0, ...counts } = values;
  return { batchId, counts: { ...noCounts(), ...counts }, microdollars };
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as BackfillUpload);
