import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { gatewayRegion } from '../../../cli/gateway-region.ts';
import { signedHeaders } from '../../../cli/sign-request.ts';

const API = 'https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com';
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI', sessionToken: 'token' };
const signingDate = new Date('2026-11-22T21:00:00Z');
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** The signature once more, step by step as AWS's documentation has it. */
function signature(method: string, url: URL, headers: Record<string, string>, body: string): string {
  const names = Object.keys(headers).sort();
  const query = [...url.searchParams]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&');
  const canonical = [
    method,
    url.pathname,
    query,
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    hash(body),
  ].join('\n');
  const scope = '20261122/eu-west-1/execute-api/aws4_request';
  const text = ['AWS4-HMAC-SHA256', '20261122T210000Z', scope, hash(canonical)].join('\n');
  const key = ['eu-west-1', 'execute-api', 'aws4_request'].reduce<Buffer>(
    hmac,
    hmac(`AWS4${credentials.secretAccessKey}`, '20261122'),
  );
  return hmac(key, text).toString('hex');
}

test.each([
  ['GET', '/api/media/jobs?status=FAILED&limit=50', undefined],
  ['GET', '/api/media/jobs/job_abc', undefined],
  ['POST', '/api/media/jobs/redrive', '{"dryRun":true,"filter":{"tenant":"acme"}}'],
  ['DELETE', '/api/media/jobs/job_abc', undefined],
])('%s %s is signed as API Gateway checks it', async (method, path, body) => {
  const url = new URL(path, API);
  const sent: Record<string, string> = body ? { 'content-type': 'application/json' } : {};
  const headers = await signedHeaders({ method, url, headers: sent, body }, 'eu-west-1', {
    credentials,
    signingDate,
  });
  const [, names = '', given] =
    /SignedHeaders=([^,]+), Signature=(\w+)/.exec(headers.authorization ?? '') ?? [];
  const all: Record<string, string> = { ...headers, host: url.host };
  expect(names.split(';')).toEqual(expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token']));
  const signedOnly = Object.fromEntries(names.split(';').map((name) => [name, all[name] ?? '']));
  expect(given).toBe(signature(method, url, signedOnly, body ?? ''));
});

describe('the region of an address', () => {
  test.each([
    [API, 'eu-west-1'],
    ['https://abc.execute-api.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['https://media.example.com', undefined],
    ['http://127.0.0.1:4580', undefined],
    ['https://abc.execute-api.eu-west-1.amazonaws.com.example.com', undefined],
  ])('%s is %s', (address, region) => {
    expect(gatewayRegion(new URL(address))).toBe(region);
  });
});
