// Counts what a small upload costs: calls to AWS, how many of them in turn, bytes, and the time from the
// event to the first thumbnail and to COMPLETED, on the local cloud. Usage: node bench/small-files/bench.ts [runs]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { jobIdOfVersion } from '../../core/jobs/job.ts';
import { LOCAL_CLIENT } from '../../local/endpoints.ts';
import { startProduct } from '../../local/product.ts';
import { RESOURCES } from '../../local/resources.ts';
import { landscape } from '../../samples/camera-photo.ts';
import { reportPdf } from '../../samples/sample-pdfs.ts';
import { median } from '../measure.ts';
import { type CallRecord, chainLength, recordCalls } from './calls.ts';

// One line for each call would drown the report.
process.env.POWERTOOLS_LOG_LEVEL ??= 'CRITICAL';
const OWN_AGENT = 'bench';
const THUMBNAIL = /thumb_/;

const directory = await mkdtemp(join(tmpdir(), 'bench-small-'));
const cloud = await startProduct({ directory });
try {
  const runs = Number(process.argv[2] ?? 9);
  const photo = await (await landscape(1600, 1067)).jpeg({ quality: 80 }).toBuffer();
  const pdf = reportPdf();
  for (const [name, body] of Object.entries({ 'photo.jpg': photo, 'report.pdf': pdf }))
    await report(name, body, runs);
} finally {
  await cloud.stop();
  await rm(directory, { recursive: true, force: true });
}

async function report(name: string, body: Buffer, runs: number): Promise<void> {
  const all: Run[] = [];
  // The first has the functions loaded, as in a warm environment.
  for (let run = -1; run < runs; run++) {
    const one = await processOne(`tenants/bench/users/ann/media/${run + 1}-${name}`, body);
    if (run >= 0) all.push(one);
  }
  const [first] = all;
  if (!first) return;
  const of = (figure: (run: Run) => number) => median(all.map(figure));
  console.log(`\n${name}, ${(body.length / 1000).toFixed(0)} kB, medians of ${runs}`);
  console.log(`to the first thumbnail: ${of(({ thumbnailMs }) => thumbnailMs).toFixed(0)} ms`);
  console.log(`to COMPLETED: ${of(({ completedMs }) => completedMs).toFixed(0)} ms`);
  console.log(
    `calls in turn: ${of(({ thumbnailChain }) => thumbnailChain)} to the first thumbnail, ${of(({ chain }) => chain)} in all; ${of(({ calls }) => calls.length)} calls`,
  );
  const { calls } = first;
  const bytes = (kind: 'sent' | 'received') => calls.reduce((sum, call) => sum + call[kind], 0) / 1000;
  console.log(`${bytes('sent').toFixed(0)} kB sent, ${bytes('received').toFixed(0)} kB received`);
  const source = calls.filter(({ call, target }) => call === 's3.GetObject' && target.startsWith('input/'));
  const read = source.reduce((sum, { received }) => sum + received, 0);
  console.log(`the upload: ${source.length} reads, ${(read / body.length).toFixed(2)} × its size`);
  for (const { call, target, fromMs, toMs } of calls)
    console.log(`  ${fromMs.toFixed(0).padStart(5)}–${toMs.toFixed(0).padEnd(5)} ${call} ${target}`);
}

interface Run {
  calls: CallRecord[];
  thumbnailMs: number;
  completedMs: number;
  thumbnailChain: number;
  chain: number;
}

/** Uploads, waits for the end, and returns what came after the upload. */
async function processOne(key: string, body: Buffer): Promise<Run> {
  const client = { ...LOCAL_CLIENT, customUserAgent: OWN_AGENT };
  const s3 = new S3Client({ ...client, endpoint: cloud.urls.storage, forcePathStyle: true });
  const table = DynamoDBDocumentClient.from(new DynamoDBClient({ ...client, endpoint: cloud.urls.tables }));
  const recording = recordCalls(cloud, OWN_AGENT);
  const bucket = RESOURCES.mediaBucket;
  const { VersionId = '' } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  const jobId = jobIdOfVersion({ bucket, key }, VersionId);
  const get = new GetCommand({ TableName: RESOURCES.jobTable, Key: { jobId }, ConsistentRead: true });
  for (;;) {
    const { Item } = await table.send(get);
    if (Item?.status === 'COMPLETED') break;
    if (Item && Item.status !== 'PROCESSING') throw new Error(`${key}: ${JSON.stringify(Item.error)}`);
    await sleep(5);
  }
  // The state machine has still to end.
  await sleep(500);
  const calls = recording.stop();
  const isThumbnail = ({ call, target }: CallRecord) => call === 's3.PutObject' && THUMBNAIL.test(target);
  const thumbnail = calls.filter(isThumbnail).sort((a, b) => a.toMs - b.toMs)[0];
  const completed = calls.findLast(({ call }) => call === 'dynamodb.UpdateItem');
  if (!thumbnail || !completed) throw new Error(`${key}: no thumbnail`);
  return {
    calls,
    thumbnailMs: thumbnail.toMs,
    completedMs: completed.toMs,
    thumbnailChain: chainLength(calls.filter(({ toMs }) => toMs <= thumbnail.toMs)),
    chain: chainLength(calls),
  };
}
