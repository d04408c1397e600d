import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { toAttributes } from '../../../support/aws-in-memory/dynamo/attribute-value.ts';

interface Call {
  operation: string;
  body: Record<string, string>;
}

/** Calls of the Step Functions API that the task program made. */
let calls: Call[];
/** Attributes of the job row, in DynamoDB's form. */
let row: object | undefined;
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
  response.setHeader('content-type', 'application/x-amz-json-1.0');
  if (operation === 'GetItem') return response.end(JSON.stringify({ Item: row }));
  calls.push({ operation, body: JSON.parse(Buffer.concat(chunks).toString()) });
  response.end('{}');
});
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
beforeEach(() => {
  calls = [];
  row = undefined;
});
afterAll(() => {
  server.close();
});

/** Runs a real task program as its container would, and waits for its end. */
async function runTaskProgram(environment: Record<string, string>): Promise<void> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'tasks/transcode-audio/main.ts'],
    {
      env: {
        AWS_ENDPOINT_URL: url,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        TASK_TOKEN: 'token',
        JOB_TABLE: 'jobs',
        QUEUE_TABLE: 'queue',
        OUTPUT_BUCKET: 'outputs',
        WORK_ORDER: '{}',
        ...environment,
      },
    },
  );
}

test.each([
  ['a malformed metrics setting', { METRICS_BY_TENANT: 'maybe' }, 'METRICS_BY_TENANT'],
  ['a misspelt setting', { PROCESSING_TIMEOUTS: '60' }, 'PROCESSING_TIMEOUTS'],
  ['a missing setting', { JOB_TABLE: '' }, 'JOB_TABLE'],
  ['a work order without its fields', {}, 'jobId'],
])('a task program with %s reports it with its token', async (_label, environment, named) => {
  await runTaskProgram(environment as Record<string, string>);
  const [{ operation, body } = { operation: 'no call', body: {} as Call['body'] }] = calls;
  expect([operation, body.taskToken, body.error]).toEqual([
    'SendTaskFailure',
    'token',
    'InvalidConfiguration',
  ]);
  expect(body.cause).toContain(named);
});

const REFERENCE = { WORK_ORDER: '', JOB_ID: 'job_a', EXECUTION_ARN: 'arn:one' };

test.each([
  ['that another execution owns', { executionArn: 'arn:two' }, 'Superseded'],
  ['that no longer exists', undefined, 'Superseded'],
  ['without a work order', { executionArn: 'arn:one' }, 'InvalidConfiguration'],
])('a task program with a job row %s reports %s', async (_label, of, error) => {
  const at = '2026-11-27T09:00:00.000Z';
  row =
    of &&
    toAttributes({
      ...{ jobId: 'job_a', bucket: 'b', key: 'k', etag: 'e', sequencer: '1', size: 1, status: 'PROCESSING' },
      ...{ attempt: 1, redriveCount: 0, createdAt: at, updatedAt: at, day: '2026-11-27', timeline: [] },
      ...{ expiresAt: 1, ...of },
    });
  await runTaskProgram(REFERENCE);
  expect(calls).toMatchObject([{ operation: 'SendTaskFailure', body: { taskToken: 'token', error } }]);
});
