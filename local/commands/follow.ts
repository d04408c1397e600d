import { createReadStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { BatchGetCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Upload } from '@aws-sdk/lib-storage';
import type { TrackedFile } from '../../cli/view.ts';
import { ObjectStore } from '../../core/aws/object-store.ts';
import { type Job, jobIdOfVersion } from '../../core/jobs/job.ts';
import { parseJob } from '../../core/jobs/job-row.ts';
import { ProfileDocuments } from '../../core/profiles/profile-documents.ts';
import { ProfileRegistry } from '../../core/profiles/profile-registry.ts';
import { PROFILE_METADATA } from '../../core/uploads/inspect-upload.ts';
import { parseProfile } from '../../media/profile/profile.ts';

export interface Tracked extends TrackedFile {
  jobId: string;
  job?: Job | undefined;
}

const TENANT = 'demo';
const POLL_MILLISECONDS = 200;
/** Time without any change after which jobs that are still under way are given up. */
const PATIENCE_MILLISECONDS = 15 * 60_000;
/** Maximum of BatchGetItem. */
const KEYS_AT_ONCE = 100;

/**
 * Creates a client of the local cloud for one run of the demo. It does what a user's program would
 * do with the AWS SDK.
 */
export function demoClient(environment: Record<string, string>) {
  const client = {
    region: environment.AWS_REGION ?? '',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const s3 = new S3Client({ ...client, endpoint: environment.AWS_ENDPOINT_URL_S3 ?? '' });
  const table = DynamoDBDocumentClient.from(
    new DynamoDBClient({ ...client, endpoint: environment.AWS_ENDPOINT_URL_DYNAMODB ?? '' }),
  );
  const jobTable = environment.JOB_TABLE ?? '';
  /** Reads the jobs that have not ended. A row that is not there yet, or not answered, is read at the next look. */
  const look = async (files: readonly Tracked[]): Promise<Tracked[]> => {
    const keys = files.filter(isUnderWay).map(({ jobId }) => ({ jobId }));
    const found = new Map<string, Job>();
    for (let i = 0; i < keys.length; i += KEYS_AT_ONCE) {
      const request = { Keys: keys.slice(i, i + KEYS_AT_ONCE), ConsistentRead: true };
      const { Responses } = await table.send(new BatchGetCommand({ RequestItems: { [jobTable]: request } }));
      for (const job of (Responses?.[jobTable] ?? []).map(parseJob)) found.set(job.jobId, job);
    }
    return files.map((tracked) => ({ ...tracked, job: found.get(tracked.jobId) ?? tracked.job }));
  };

  return {
    /** Stores a profile for all tenants, as `PUT /api/media/profiles/{name}` does. */
    async putProfile(name: string, document: unknown): Promise<void> {
      const profile = parseProfile(document);
      const documents = new ProfileDocuments(new ObjectStore(s3), environment.OUTPUT_BUCKET ?? '');
      const row = {
        ...{ hash: await documents.store(profile), title: profile.title, tenants: '*' as const },
        ...{ defaultFor: [], updatedAt: new Date().toISOString(), updatedBy: 'demo' },
      };
      const registry = new ProfileRegistry(table, jobTable, { read: async () => ({}) });
      await registry.change(name, () => row);
    },

    /**
     * Uploads a file for the demo user. Files with the same name from different folders get
     * different keys.
     */
    async upload(
      file: string,
      { taken, profile }: { taken: ReadonlySet<string>; profile?: string | undefined },
    ): Promise<Tracked> {
      let name = basename(file).normalize('NFC');
      for (let n = 2; taken.has(keyOf(name)); n++) name = `${n}-${basename(file)}`;
      const params = {
        Bucket: environment.MEDIA_BUCKET ?? '',
        Key: keyOf(name),
        Body: createReadStream(file),
        ...(profile !== undefined && { Metadata: { [PROFILE_METADATA]: profile } }),
      };
      const { VersionId = '' } = await new Upload({ client: s3, params }).done();
      return {
        file,
        key: params.Key,
        jobId: jobIdOfVersion({ bucket: params.Bucket, key: params.Key }, VersionId),
      };
    },

    /** Yields the files with their jobs at each poll, until every job has ended or nothing has changed for long. */
    async *watch(files: readonly Tracked[]): AsyncGenerator<Tracked[]> {
      let now: readonly Tracked[] = files;
      for (const patience = startPatience(); now.some(isUnderWay) && patience.lasts(now); ) {
        now = await look(now);
        yield [...now];
        if (now.some(isUnderWay)) await sleep(POLL_MILLISECONDS);
      }
    },

    /**
     * Uploads files and waits for their jobs, of which `atOnce` are under way at any time. Jobs that are under
     * way when nothing has changed for long are given up. Returns all, in the order of their ends.
     */
    async process(
      files: readonly string[],
      { atOnce, onEnded }: { atOnce: number; onEnded(ended: number): void },
    ): Promise<Tracked[]> {
      const waiting = [...files];
      const taken = new Set<string>();
      const ended: Tracked[] = [];
      let running: Tracked[] = [];
      const patience = startPatience();
      while (running.length + waiting.length > 0) {
        for (const file of waiting.splice(0, atOnce - running.length)) {
          const tracked = await this.upload(file, { taken });
          taken.add(tracked.key);
          running.push(tracked);
        }
        const now = await look(running);
        const isPatient = patience.lasts(now);
        const isOver = (tracked: Tracked) => !isUnderWay(tracked) || !isPatient;
        running = now.filter((tracked) => !isOver(tracked));
        ended.push(...now.filter(isOver));
        onEnded(ended.length);
        if (running.length === atOnce || waiting.length === 0) await sleep(POLL_MILLISECONDS);
      }
      return ended;
    },

    /** Downloads the manifest and the outputs it lists to a folder. Returns the number of files. */
    async download(job: Job, folder: string): Promise<number> {
      const bucket = environment.OUTPUT_BUCKET ?? '';
      const read = async (key: string) =>
        (await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))).Body?.transformToByteArray();
      const manifestKey = job.manifestKey ?? '';
      const manifest = Buffer.from((await read(manifestKey)) ?? []);
      const { outputs } = JSON.parse(manifest.toString()) as { outputs: { key: string }[] };
      const root = dirname(manifestKey);
      for (const key of [manifestKey, ...outputs.map((output) => output.key)]) {
        const target = join(folder, key.slice(root.length + 1));
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target, Buffer.from((await read(key)) ?? []));
      }
      return outputs.length + 1;
    },
  };
}

const isUnderWay = ({ job }: Tracked) => !job || job.status === 'PROCESSING';

/** Ends once nothing has changed for long. */
function startPatience() {
  let seen = '';
  let changed = Date.now();
  return {
    lasts(files: readonly Tracked[]): boolean {
      const state = JSON.stringify(
        files.map(({ key, job }) => [key, job?.status, job?.updatedAt, job?.progress]),
      );
      if (state !== seen) changed = Date.now();
      seen = state;
      return Date.now() - changed <= PATIENCE_MILLISECONDS;
    },
  };
}

const keyOf = (name: string) => `tenants/${TENANT}/users/you/media/${name}`;
