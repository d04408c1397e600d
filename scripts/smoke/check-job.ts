import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { parseUploadKey } from '../../contract/upload-key.ts';
import type { Job } from '../../core/jobs/job.ts';
import { parseJob } from '../../core/jobs/job-row.ts';
import { outputPrefix } from '../../core/outputs/output-key.ts';
import type { Deployment } from './deployment.ts';
import { outputProblems } from './output-problems.ts';
import { outputKeys, type Row } from './pipeline.ts';
import { expectThat, type Report } from './report.ts';
import type { Upload } from './uploads.ts';

interface Manifest {
  outputs: { key: string; size: number; contentType: string }[];
  degraded: string[];
}

/** Checks one upload's job, execution and outputs. */
export async function checkJob(
  deployment: Deployment,
  report: Report,
  { file, job: row }: { file: Upload; job: Row | undefined },
): Promise<void> {
  const name = file.key.split('/').at(-1);
  const ending = file.expected ? 'COMPLETED' : 'REJECTED';
  await report.check(`${name}: the job ends ${ending}`, () => {
    expectThat(row, 'the job does not exist');
    expectThat(
      row.status === ending,
      `${row.status}${row.error ? `: ${row.error.name}: ${row.error.message}` : ''}`,
    );
  });
  if (row?.status !== ending) return;
  const job = await readJob(deployment, row.jobId);
  await report.check(`${name}: its execution has the matching status`, async () => {
    const command = new DescribeExecutionCommand({ executionArn: job.executionArn });
    let { status } = await deployment.executions.send(command);
    // The row has its final status, but the execution is still announcing it.
    for (let tries = 0; status === 'RUNNING' && tries < 60; tries++) {
      await sleep(500);
      ({ status } = await deployment.executions.send(command));
    }
    const expected = file.expected ? 'SUCCEEDED' : 'FAILED';
    expectThat(status === expected, `expected ${expected}, got ${status}`);
  });
  await report.check(`${name}: its outputs exist`, () => checkOutputs(deployment, file, job));
}

async function readJob({ rows, outputs }: Deployment, jobId: string): Promise<Job> {
  const { Item } = await rows.send(
    new GetCommand({ TableName: outputs.job_table, Key: { jobId }, ConsistentRead: true }),
  );
  return parseJob(Item);
}

async function checkOutputs(deployment: Deployment, file: Upload, job: Job): Promise<void> {
  const { s3, outputs } = deployment;
  if (!file.expected) {
    expectThat(
      job.error?.category === 'processing',
      `expected an error of category processing, got ${job.error?.category}`,
    );
    expectThat(job.manifestKey === undefined, 'a rejected upload has a manifest');
    return;
  }
  const Bucket = outputs.output_bucket;
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key: job.manifestKey }));
  const manifest = JSON.parse((await answer.Body?.transformToString()) ?? '') as Manifest;
  const keys = manifest.outputs.map(({ key }) => key);
  const prefix = outputPrefix({ ...parseUploadKey(file.key), stem: job.stem ?? '' });
  const problems = outputProblems(
    keys.map((key) => key.slice(prefix.length)),
    file.expected,
  );
  expectThat(problems.length === 0, `its manifest: ${problems.join('; ')}`);
  for (const { key, size } of manifest.outputs) {
    const { ContentLength } = await s3.send(new HeadObjectCommand({ Bucket, Key: key }));
    expectThat(ContentLength === size, `${key} has ${ContentLength} bytes, its manifest says ${size}`);
  }
  const stray = (await outputKeys(deployment, prefix)).filter(
    (key) => !keys.includes(key) && key !== job.manifestKey,
  );
  expectThat(stray.length === 0, `not in the manifest: ${stray.join(', ')}`);
}
