import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';

interface Call {
  operation: string;
  body: Record<string, string>;
}

/** Calls of the Step Functions API that the task program made. */
let calls: Call[];
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
  calls.push({ operation, body: JSON.parse(Buffer.concat(chunks).toString()) });
  response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}');
});
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
beforeEach(() => {
  calls = [];
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
