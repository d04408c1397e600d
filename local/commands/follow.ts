import { createReadStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { Upload } from '@aws-sdk/lib-storage';
import type { TrackedFile } from '../../cli/view.ts';
import { ObjectStore } from '../../core/aws/object-store.ts';
import type { Job } from '../../core/jobs/job.ts';
import { type JobSummary, parseJob, parseSummaries } from '../../core/jobs/job-row.ts';
import { ProfileDocuments } from '../../core/profiles/profile-documents.ts';
import { ProfileRegistry } from '../../core/profiles/profile-registry.ts';
import { PROFILE_METADATA } from '../../core/uploads/inspect-upload.ts';
import { parseProfile } from '../../media/profile/profile.ts';

export interface Tracked extends TrackedFile {
  /** Job summary while the file is watched, without the attributes that lists leave out. */
  job?: (JobSummary & Pick<Job, 'degraded' | 'order'>) | undefined;
}

const TENANT = 'demo';
const POLL_MILLISECONDS = 300;

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

  return {
    /** Stores a profile for all tenants, as `PUT /api/media/profiles/{name}` does. */
    async putProfile(name: string, document: unknown): Promise<void> {
      const profile = parseProfile(document);
      const documents = new ProfileDocuments(new ObjectStore(s3), environment.OUTPUT_BUCKET ?? '');
      const row = {
        ...{ hash: await documents.store(profile), title: profile.title, tenants: '*' as const },
        ...{ defaultFor: [], updatedAt: new Date().toISOString(), updatedBy: 'demo' },
      };
      const registry = new ProfileRegistry(table, environment.JOB_TABLE ?? '', { read: async () => ({}) });
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
      await new Upload({ client: s3, params }).done();
      return { file, key: params.Key };
    },

    /**
     * Yields the files with their jobs at each poll, until every job has ended or nothing has
     * changed for `patience` milliseconds.
     */
    async *watch(files: readonly Tracked[], patience: number): AsyncGenerator<Tracked[]> {
      let seen = '';
      let changed = Date.now();
      for (;;) {
        const jobs = await jobsByKey(table, environment.JOB_TABLE ?? '');
        const now = files.map((tracked) => ({ ...tracked, job: jobs.get(tracked.key) }));
        const state = JSON.stringify(now.map(({ job }) => [job?.status, job?.updatedAt, job?.progress]));
        if (state !== seen) changed = Date.now();
        seen = state;
        yield now;
        const running = now.some(({ job }) => !job || job.status === 'PROCESSING');
        if (!running || Date.now() - changed > patience) return;
        await sleep(POLL_MILLISECONDS);
      }
    },

    /** Reads the whole row; lists contain only a part of it. */
    async read({ jobId }: JobSummary): Promise<Job> {
      const command = new GetCommand({
        TableName: environment.JOB_TABLE,
        Key: { jobId },
        ConsistentRead: true,
      });
      return parseJob((await table.send(command)).Item);
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

const keyOf = (name: string) => `tenants/${TENANT}/users/you/media/${name}`;

async function jobsByKey(table: DynamoDBDocumentClient, name: string): Promise<Map<string, JobSummary>> {
  const jobs = new Map<string, JobSummary>();
  const query = {
    TableName: name,
    IndexName: 'byTenant',
    KeyConditionExpression: 'tenantId = :t',
    ExpressionAttributeValues: { ':t': TENANT },
  };
  for await (const page of paginateQuery({ client: table }, query)) {
    for (const job of parseSummaries(page.Items ?? [])) jobs.set(job.key, job);
  }
  return jobs;
}
