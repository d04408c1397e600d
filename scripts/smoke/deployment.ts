import { readFile } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { readConfig } from '../../base/config.ts';

const text = z.object({ value: z.string() }).transform(({ value }) => value);
const DEFAULTS = readConfig({}, ['CHUNK_ABOVE_SECONDS', 'CHUNK_SECONDS']);
const setting = (name: keyof typeof DEFAULTS) =>
  z
    .number()
    .nullish()
    .transform((value) => value ?? DEFAULTS[name]);
const SETTINGS = z.object({
  CHUNK_ABOVE_SECONDS: setting('CHUNK_ABOVE_SECONDS'),
  CHUNK_SECONDS: setting('CHUNK_SECONDS'),
});

/** Outputs of terraform/outputs.tf that the test needs. */
const OUTPUTS = z.object({
  region: text,
  media_bucket: text,
  output_bucket: text,
  job_table: text,
  queue_table: text,
  state_machine_arn: text,
  backfill_state_machine_arn: text,
  dead_letter_queue_url: text,
  job_events_topic_arn: text,
  api_url: text,
  upload_origins: z.object({ value: z.array(z.string()) }).transform(({ value }) => value),
  process_image_function: text,
  serve_api_function: text,
  reconcile_jobs_function: text,
  reconcile_queues_function: text,
  report_stopped_task_function: text,
  settings: z.object({ value: SETTINGS }).transform(({ value }) => value),
});

export interface Deployment {
  outputs: z.output<typeof OUTPUTS>;
  s3: S3Client;
  rows: DynamoDBDocumentClient;
  executions: SFNClient;
  queues: SQSClient;
  topics: SNSClient;
  functions: LambdaClient;
}

export async function openDeployment(file: string | undefined): Promise<Deployment> {
  if (!file)
    throw new Error('Expected OUTPUTS to be the path of a file with the output of `terraform output -json`.');
  const outputs = OUTPUTS.parse(JSON.parse(await readFile(file, 'utf8')));
  const { region } = outputs;
  return {
    outputs,
    s3: new S3Client({ region }),
    rows: DynamoDBDocumentClient.from(new DynamoDBClient({ region })),
    executions: new SFNClient({ region }),
    queues: new SQSClient({ region }),
    topics: new SNSClient({ region }),
    functions: new LambdaClient({ region }),
  };
}
