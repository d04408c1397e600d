import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Job } from '../../core/jobs/job.ts';
import type { Deployment } from './deployment.ts';
import type { Upload } from './uploads.ts';

export type Row = Pick<Job, 'jobId' | 'key' | 'kind' | 'status' | 'error' | 'progress'>;

export async function upload(
  { s3, outputs }: Deployment,
  { key, body, metadata }: Upload & { metadata?: Record<string, string> },
): Promise<void> {
  // Deliberately generic: the pipeline ignores the declared type and detects it from the bytes.
  const object = {
    Bucket: outputs.media_bucket,
    Key: key,
    Body: body,
    ContentType: 'application/octet-stream',
    Metadata: metadata,
  };
  await s3.send(new PutObjectCommand(object));
}

/**
 * Deletes an upload as a user would (with a delete marker), or permanently with all its versions.
 */
export async function removeUpload(
  deployment: Deployment,
  { key }: Upload,
  how: 'marker' | 'versions',
): Promise<void> {
  const Bucket = deployment.outputs.media_bucket;
  if (how === 'versions') await removeVersions(deployment, Bucket, key);
  else await deployment.s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
}

/**
 * Returns the rows of these uploads by key, once all jobs have ended or the deadline has passed.
 */
export async function waitForJobs(
  deployment: Deployment,
  { tenant, uploads, deadline }: { tenant: string; uploads: readonly Upload[]; deadline: number },
): Promise<Map<string, Row>> {
  for (let shown = ''; ; await sleep(1000)) {
    const rows = await rowsOf(deployment, tenant);
    const line = rows
      .map(({ key, status, progress }) => `${key.split('/').at(-1)} ${progress?.phase ?? status}`)
      .sort()
      .join(', ');
    if (line !== shown) console.log(line);
    shown = line;
    const ended = rows.filter(({ status }) => status !== 'PROCESSING');
    if (ended.length >= uploads.length || Date.now() > deadline)
      return new Map(rows.map((row) => [row.key, row]));
  }
}

/** Queries the index that the API uses: it must exist, and project the fields shown. */
export async function rowsOf({ rows, outputs }: Deployment, tenant: string): Promise<Row[]> {
  const command = new QueryCommand({
    TableName: outputs.job_table,
    IndexName: 'byTenant',
    KeyConditionExpression: 'tenantId = :tenant',
    ExpressionAttributeValues: { ':tenant': tenant },
  });
  return ((await rows.send(command)).Items ?? []) as Row[];
}

export async function outputKeys({ s3, outputs }: Deployment, prefix: string): Promise<string[]> {
  const page = await s3.send(new ListObjectsV2Command({ Bucket: outputs.output_bucket, Prefix: prefix }));
  return (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
}

/** Removes all versions of all objects of the test's tenant. */
export async function removeEverything(deployment: Deployment, tenant: string): Promise<void> {
  const { media_bucket, output_bucket } = deployment.outputs;
  for (const bucket of [media_bucket, output_bucket])
    await removeVersions(deployment, bucket, `tenants/${tenant}/`);
}

async function removeVersions({ s3 }: Deployment, Bucket: string, Prefix: string): Promise<void> {
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
    // Delete markers first, so that removing the last version ends the object.
    const found = [...(page.DeleteMarkers ?? []), ...(page.Versions ?? [])];
    if (found.length === 0) return;
    const Objects = found.map(({ Key, VersionId }) => ({ Key, VersionId }));
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  }
}
