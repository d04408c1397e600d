import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';

// biome-ignore lint/suspicious/noExplicitAny: an event of API Gateway, of which this test gives a part.
let handler: (event: any, context?: any) => Promise<any>;
beforeAll(async () => {
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    JOB_TABLE: 'jobs',
    QUEUE_TABLE: 'queue',
    MEDIA_BUCKET: 'in',
    OUTPUT_BUCKET: 'out',
    DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1:9/q.fifo',
    UNDELIVERED_QUEUE_URL: 'http://127.0.0.1:9/undelivered',
    STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:1:stateMachine:media-pipeline',
    PREVIEW_FUNCTION: 'media-preview-profile',
    BACKFILL_STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:1:stateMachine:media-backfill',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
  });
  ({ handler } = await import('../../../../lambdas/serve-api/handler.ts'));
});

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
const event = (
  method: string,
  path: string,
  { query = '', body, claims, accept }: Record<string, unknown> = {},
) => ({
  version: '2.0',
  routeKey: 'ANY /api/media/{proxy+}',
  rawPath: path,
  rawQueryString: query,
  headers: {
    host: 'api.example',
    'content-type': 'application/json',
    'x-development-identity': 'operator',
    ...(accept ? { 'accept-encoding': accept } : {}),
  },
  requestContext: {
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.1', userAgent: 'x' },
    domainName: 'api.example',
    stage: '$default',
    ...(claims ? { authorizer: { jwt: { claims, scopes: null } } } : {}),
  },
  ...(body ? { body: Buffer.from(String(body)).toString('base64') } : {}),
  isBase64Encoded: Boolean(body),
});

describe('the Lambda behind API Gateway', () => {
  test('serves the document', async () => {
    const { statusCode, headers, body } = await handler(event('GET', '/api/media/openapi.json'));
    expect([statusCode, headers['content-type']]).toEqual([200, 'application/json']);
    expect(JSON.parse(body).openapi).toBe('3.1.0');
  });

  test('compresses what is long, in the only form that Lambda takes bytes in', async () => {
    const path = '/api/media/openapi.json';
    const plain = await handler(event('GET', path));
    const packed = await handler(event('GET', path, { accept: 'gzip, deflate, br' }));
    expect([plain.isBase64Encoded, packed.isBase64Encoded]).toEqual([false, true]);
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(gunzipSync(Buffer.from(packed.body, 'base64')).toString()).toBe(plain.body);
  });

  test('takes the caller from the verified token, and nothing from headers', async () => {
    const path = '/api/media/jobs';
    expect((await handler(event('GET', path))).statusCode).toBe(401);
    expect((await handler(event('GET', path, { claims: { sub: 'ann' } }))).statusCode).toBe(403);
    const claims = { sub: 'ann', 'custom:tenant': 'acme' };
    const refused = await handler(event('GET', path, { claims, query: 'limit=0&limit=1&x=%20' }));
    expect(refused.statusCode).toBe(400);
    expect(
      JSON.parse(refused.body)
        .errors.map(({ at }: { at: string }) => at)
        .toSorted(),
    ).toEqual(['', 'limit']);
  });

  test('reads a body that API Gateway has encoded', async () => {
    const claims = { sub: 'ann', 'custom:tenant': 'acme' };
    const answer = await handler(
      event('POST', '/api/media/uploads', { claims, body: '{"fileName":"é.jpg","size":1}' }),
    );
    expect(answer.statusCode).toBe(201);
    expect(JSON.parse(answer.body).key).toMatch(/^tenants\/acme\/users\/ann\/media\/.*-é\.jpg$/);
  });

  test('answers with a problem document where there is no such route', async () => {
    const answer = await handler(event('GET', '/api/media/nothing'));
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([404, 'application/problem+json']);
  });
});
