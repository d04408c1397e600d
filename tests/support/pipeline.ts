import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  GetExecutionHistoryCommand,
  type HistoryEvent,
  paginateListExecutions,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { DeadLetter } from '../../contract/dead-letter.ts';
import type { Job } from '../../core/jobs/job.ts';
import { parseJob } from '../../core/jobs/job-row.ts';
import type { CloudOptions } from '../../local/cloud.ts';
import { LOCAL_CLIENT } from '../../local/endpoints.ts';
import { loadFunctions, startProduct } from '../../local/product.ts';
import { ACCOUNT, RESOURCES, stateMachineArn } from '../../local/resources.ts';
import { watchContract } from './contract-watch.ts';

export interface Manifest {
  source: Record<string, unknown>;
  outputs: ({ key: string; versionId: string; size: number; sha256: string } & Record<string, unknown>)[];
  degraded: string[];
}

/** Pauses and time-outs of the state machine, against what they are on AWS. */
const TIME_SCALE = 0.01;
/** A proof with a SIZE of its own may wait for thousands of jobs. */
const PATIENCE_MILLISECONDS = process.env.SIZE ? 3_000_000 : 150_000;

/** The whole product on the local cloud, and what a test wants to do with it. */
export async function startPipeline({
  patience = PATIENCE_MILLISECONDS,
  ...options
}: Partial<CloudOptions> & { patience?: number } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'pipeline-'));
  /** Function names in the order of their invocations. */
  const invocations: string[] = [];
  const cloud = await startProduct({
    directory,
    timeScale: TIME_SCALE,
    functions: async (environment) => {
      const handlers = await loadFunctions(environment);
      const counted = Object.entries(handlers).map(([name, handler]) => {
        const call: typeof handler = (event, context) => {
          invocations.push(name);
          return handler(event, context);
        };
        return [name, call] as const;
      });
      return Object.fromEntries(counted);
    },
    ...options,
  });
  const contract = watchContract(cloud);
  const s3 = new S3Client({ ...LOCAL_CLIENT, endpoint: cloud.urls.storage, forcePathStyle: true });
  const sqs = new SQSClient({ ...LOCAL_CLIENT, endpoint: cloud.urls.storage });
  const sfn = new SFNClient({ ...LOCAL_CLIENT, endpoint: cloud.urls.control });
  const table = DynamoDBDocumentClient.from(
    new DynamoDBClient({ ...LOCAL_CLIENT, endpoint: cloud.urls.tables }),
  );

  const jobs = async (): Promise<Job[]> => {
    const rows: Job[] = [];
    for await (const page of paginateScan(
      { client: table },
      { TableName: RESOURCES.jobTable, ConsistentRead: true },
    )) {
      const items = (page.Items ?? []).filter(({ jobId }) => jobId.startsWith('job_'));
      rows.push(...items.map(parseJob));
    }
    return rows.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  };

  let scan: Promise<Job[]> | undefined;
  /** Rows that may be older than the call: many tests wait for many jobs at once, and share scans. */
  const recentJobs = (): Promise<Job[]> => {
    scan ??= jobs().finally(() => {
      scan = undefined;
    });
    return scan;
  };

  const until = async <T>(what: string, probe: () => Promise<T | undefined | false>): Promise<T> => {
    const deadline = Date.now() + patience;
    for (;;) {
      contract.check();
      const found = await probe();
      if (found) return found;
      if (Date.now() > deadline) {
        const rows = (await jobs()).map(({ key, status, attempt, error }) => ({
          key,
          status,
          attempt,
          error,
        }));
        throw new Error(`Waited in vain for ${what}; jobs: ${JSON.stringify(rows)}`);
      }
      await sleep(30);
    }
  };

  return {
    cloud,
    s3,
    sqs,
    sfn,
    table,
    invocations,
    jobs,
    until,

    upload: (key: string, body: Buffer | string, ContentType?: string) =>
      s3.send(new PutObjectCommand({ Bucket: RESOURCES.mediaBucket, Key: key, Body: body, ContentType })),

    remove: (key: string) => s3.send(new DeleteObjectCommand({ Bucket: RESOURCES.mediaBucket, Key: key })),

    /** The newest job of a key once it has ended and said so, or is COMPLETED. */
    ended: (key: string): Promise<Job> =>
      until(`the end of ${key}`, async () => {
        const job = (await recentJobs()).filter((row) => row.key === key).at(-1);
        const told = job?.status === 'COMPLETED' || job?.notifiedAttempt === job?.attempt;
        return job && job.status !== 'PROCESSING' && told ? job : undefined;
      }),

    manifest: (job: Job) => manifestOf(s3, job),
    output: (key: string) => read(s3, key),

    /**
     * What a reader of a completed job's manifest does not find as the manifest says, by version;
     * empty if the set is whole.
     */
    missing: async (job: Job): Promise<string[]> => {
      const { outputs } = await manifestOf(s3, job);
      const found = await Promise.all(
        outputs.map(async ({ key, versionId, sha256 }) => {
          const body = await read(s3, key, versionId).catch(() => undefined);
          return !body || createHash('sha256').update(body).digest('hex') !== sha256 ? key : [];
        }),
      );
      return found.flat();
    },

    /** Every key in the output bucket but profiles, their previews and the images of watermarks. */
    outputs: async (): Promise<string[]> => {
      const keys: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2(
        { client: s3 },
        { Bucket: RESOURCES.outputBucket },
      ))
        keys.push(...Contents.map(({ Key = '' }) => Key));
      const others = /^(?:(?:profiles|previews|watermarks)\/|managed-profiles\.json$)/;
      return keys.filter((key) => !others.test(key));
    },

    /** Takes what is in the dead-letter queue. */
    deadLetters: async (): Promise<DeadLetter[]> => {
      const QueueUrl = `${cloud.urls.storage}/${ACCOUNT}/${RESOURCES.deadLetterQueue}`;
      const letters: DeadLetter[] = [];
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
        );
        if (Messages.length === 0) return letters;
        for (const { ReceiptHandle } of Messages)
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        letters.push(...Messages.map(({ Body = '' }) => JSON.parse(Body) as DeadLetter));
      }
    },

    executions: async () => {
      const found = [];
      const stateMachine = { stateMachineArn: stateMachineArn(RESOURCES.stateMachine) };
      for await (const { executions = [] } of paginateListExecutions({ client: sfn }, stateMachine))
        found.push(...executions);
      return found;
    },

    history: async (executionArn: string): Promise<HistoryEvent[]> => {
      const { events = [] } = await sfn.send(
        new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
      );
      return events;
    },

    /**
     * What breaks the contract of events and dead letters is taken here; what nobody takes fails
     * the test.
     */
    contract,

    stop: async () => {
      await cloud.stop();
      await rm(directory, { recursive: true, force: true });
      contract.stop();
    },
  };
}

export type Pipeline = Awaited<ReturnType<typeof startPipeline>>;

export const uploadKey = (file: string, tenant = 'acme', user = 'ann') =>
  `tenants/${tenant}/users/${user}/media/${file}`;

const manifestOf = async (s3: S3Client, { manifestKey = '', manifestVersionId }: Job): Promise<Manifest> =>
  JSON.parse((await read(s3, manifestKey, manifestVersionId)).toString()) as Manifest;

async function read(s3: S3Client, key: string, versionId?: string): Promise<Buffer> {
  const { Body } = await s3.send(
    new GetObjectCommand({ Bucket: RESOURCES.outputBucket, Key: key, VersionId: versionId }),
  );
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}
