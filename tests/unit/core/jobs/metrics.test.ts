import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';

/** Runs a program against core/jobs/metrics.ts in a process of its own, whose standard output holds nothing else; returns what it logged. */
async function logged(
  program: string,
  environment: Record<string, string>,
): Promise<Record<string, unknown>[]> {
  const source = `import { measureEnd, measureWork } from ${JSON.stringify(resolve('core/jobs/metrics.ts'))};\n${program}`;
  const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '--eval', source];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { env: environment });
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

const NAMESPACE = { POWERTOOLS_METRICS_NAMESPACE: 'a-deployment' };
/** As an entry point reads it from its environment. */
const CONFIG = "{ METRICS_BY_TENANT: process.env.METRICS_BY_TENANT === 'true' }";
const ORDER = "{ jobId: 'job_a', tenantId: 'acme', kind: 'IMAGE', size: 1234 }";
const work = `await measureWork(${CONFIG}, ${ORDER}, async () => ({ manifestKey: 'm', outputCount: 6, degraded: [] }));`;
const end = (status: string) =>
  `measureEnd(${CONFIG}, { jobId: 'job_a', tenantId: 'acme', kind: 'VIDEO', status: '${status}', error: { name: 'CorruptMedia', category: 'processing' } });`;

describe('metrics', () => {
  test('work that succeeds is counted by kind, with its size and time', async () => {
    const [line] = await logged(work, NAMESPACE);
    expect(line).toMatchObject({
      Kind: 'IMAGE',
      Published: 1,
      Outputs: 6,
      UploadBytes: 1234,
      jobId: 'job_a',
      tenantId: 'acme',
    });
    expect(line?.WorkSeconds).toBeGreaterThanOrEqual(0);
    expect(line?._aws).toMatchObject({
      CloudWatchMetrics: [{ Namespace: 'a-deployment', Dimensions: [['service', 'Kind']] }],
    });
  });

  test('a state that hands over to the next is not counted', async () => {
    const converting = `await measureWork(${CONFIG}, ${ORDER}, async () => ({ key: 'document.pdf', etag: 'e' }));`;
    expect(await logged(converting, NAMESPACE)).toEqual([]);
  });

  test('work that fails is left to whoever records the outcome', async () => {
    const failing = `await measureWork(${CONFIG}, ${ORDER}, async () => { throw new Error('no'); }).catch(() => {});`;
    expect(await logged(failing, NAMESPACE)).toEqual([]);
  });

  test.each([
    ['REJECTED', 'Rejected'],
    ['FAILED', 'Failed'],
    ['CANCELLED', 'Cancelled'],
  ])('a job that ends %s is counted as %s', async (status, name) => {
    const [line] = await logged(end(status), NAMESPACE);
    expect(line).toMatchObject({ Kind: 'VIDEO', [name]: 1, error: 'CorruptMedia', category: 'processing' });
  });

  test('a tenant is a dimension only on request', async () => {
    const [line] = await logged(work, { ...NAMESPACE, METRICS_BY_TENANT: 'true' });
    expect(line).toMatchObject({
      Tenant: 'acme',
      _aws: {
        CloudWatchMetrics: [
          {
            Dimensions: [
              ['service', 'Kind'],
              ['service', 'Tenant'],
            ],
          },
        ],
      },
    });
  });

  test('without a namespace nothing is written', async () => {
    expect(await logged(`${work}\n${end('FAILED')}`, {})).toEqual([]);
  });
});
