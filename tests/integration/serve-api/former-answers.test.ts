import { afterAll, beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { uploadKey } from '../../support/pipeline.ts';
import { type ServedApi, startServedApi } from '../../support/served-api.ts';

let api: ServedApi;
beforeAll(async () => {
  api = await startServedApi();
});
afterAll(() => api?.stop());

/** Runs a script as clients of the first API wrote them. Returns what it logs. */
async function run(script: string, names: Record<string, string>): Promise<unknown[]> {
  const logged: unknown[] = [];
  const log = (...values: unknown[]) => logged.push(...values);
  const headers = { 'x-development-identity': 'acme/ann' };
  const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;
  const parameters = ['console', 'headers', 'apiUrl', ...Object.keys(names)];
  await new AsyncFunction(...parameters, script)({ log }, headers, api.url, ...Object.values(names));
  return logged;
}

const JOB = `
  const response = await fetch(\`\${apiUrl}/api/media/jobs/\${jobId}\`, { headers });
  const jobStatus = await response.json();
  console.log(jobStatus.job.status);
  if (jobStatus.job.status === 'COMPLETED') {
    const job = jobStatus.job;
    console.log(job.result.thumbnails);
  }
`;
const STATISTICS = `
  const response = await fetch(\`\${apiUrl}/api/media/jobs/stats\`, { headers });
  const stats = await response.json();
  console.log(stats.statistics.successRate, stats.healthCheck.status);
`;

test('the job and the statistics are where clients of the first API look for them', async () => {
  const picture = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#246' } })
    .jpeg()
    .toBuffer();
  const key = uploadKey('harbour.jpg');
  await api.upload(key, picture);
  const { jobId } = await api.ended(key);
  const [status, thumbnails] = (await run(JOB, { jobId })) as [string, { key: string; url: string }[]];
  expect(status).toBe('COMPLETED');
  const sizes = thumbnails.map(({ key: name }) => name.replace(/^.*_thumb_|\.\w+$/g, ''));
  expect(sizes.sort()).toEqual(['large', 'medium', 'small']);
  for (const { url } of thumbnails)
    expect((await fetch(url)).headers.get('content-type')).toMatch(/^image\//);
  expect(await run(STATISTICS, {})).toEqual([1, 'healthy']);
});

test('a job without outputs has no result', async () => {
  const key = uploadKey('letter.jpg');
  await api.upload(key, 'Dear team');
  const { jobId } = await api.ended(key);
  expect(await run(JOB, { jobId })).toEqual(['REJECTED']);
});
