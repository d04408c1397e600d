import { createServer, type RequestListener } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { gatewayTable } from '../../../../lambdas/serve-api/http/gateway-table.ts';
import { ROUTES } from '../../../../lambdas/serve-api/routes/routes.ts';
import { putGatewayBefore } from '../../../../local/http/gateway.ts';
import { type Listening, listen } from '../../../../local/http/listen.ts';
import { checkGateway } from '../../../../scripts/smoke/check-gateway.ts';
import { Report } from '../../../../scripts/smoke/report.ts';

const ORIGIN = 'https://shop.example';
const EMULATOR = { AWS_ENDPOINT_URL: 'http://127.0.0.1:5000' };
const { openRoutes, preflightRoute, cors } = gatewayTable(ROUTES);
const everything: RequestListener = (_, response) => response.end('{}');
const nothing: RequestListener = (_, response) => response.writeHead(404).end();

const servers: Listening[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

interface Situation {
  answer?: RequestListener;
  /** Routes without an authorizer; absent: there is no gateway before the API. */
  open?: readonly string[];
  origins?: string[];
  environment?: Record<string, string>;
  url?: string;
}

/** Returns the outcomes of the three checks. */
async function outcomes({ answer = everything, open, origins = [], environment = {}, url }: Situation) {
  const api = createServer(answer);
  if (open) {
    putGatewayBefore(api, { openRoutes: open, cors, isAuthorized: () => false });
    // The local gateway's pages are all local; this one has other origins.
    api.prependListener('request', ({ headers }, response) => {
      if (headers.origin && !origins.includes(headers.origin)) delete headers.origin;
      response.setHeader('x-gateway', 'stand-in');
    });
  }
  const server = await listen(api);
  servers.push(server);
  const report = new Report();
  await checkGateway({ api_url: url ?? server.url, upload_origins: origins }, report, environment);
  return { lines: report.lines.map(({ outcome }) => outcome), failed: report.failed };
}

const SOUND = { open: [...openRoutes, preflightRoute], origins: [ORIGIN] };

describe('the smoke test of the gateway', () => {
  test('passes where only the open routes are open, with and without web origins', async () => {
    expect(await outcomes(SOUND)).toEqual({ lines: ['ok', 'ok', 'ok'], failed: false });
    expect(await outcomes({ open: openRoutes })).toEqual({ lines: ['ok', 'ok', 'ok'], failed: false });
  });

  test.each<[label: string, situation: Situation, lines: string[]]>([
    ['nobody is refused', {}, ['FAILED', 'ok', 'FAILED']],
    [
      'one more route is open',
      { ...SOUND, open: [...SOUND.open, 'GET /api/media/jobs'] },
      ['FAILED', 'ok', 'ok'],
    ],
    ['an open route is closed', { ...SOUND, open: [preflightRoute] }, ['ok', 'FAILED', 'ok']],
    ['preflights need credentials', { ...SOUND, open: openRoutes }, ['ok', 'ok', 'FAILED']],
    ['preflights are answered without web origins', { open: SOUND.open }, ['ok', 'ok', 'FAILED']],
    ['there is no API', { answer: nothing }, ['FAILED', 'FAILED', 'FAILED']],
    ['there is no answer', { url: 'http://127.0.0.1:1' }, ['FAILED', 'FAILED', 'FAILED']],
  ])('fails where %s', async (_, situation, lines) => {
    expect(await outcomes(situation)).toEqual({ lines, failed: true });
  });

  test.each<[label: string, situation: Situation]>([
    ['answers 404', { answer: nothing }],
    ['does not answer', { url: 'http://127.0.0.1:1' }],
  ])('is skipped, not passed, where an emulator %s', async (_, situation) => {
    const { lines } = await outcomes({ ...situation, environment: EMULATOR });
    expect(lines).toEqual(['skipped', 'skipped', 'skipped']);
  });

  test('takes an endpoint at AWS for AWS', async () => {
    const environment = { AWS_ENDPOINT_URL_S3: 'https://s3.dualstack.eu-west-1.amazonaws.com' };
    expect((await outcomes({ answer: nothing, environment })).failed).toBe(true);
  });
});
