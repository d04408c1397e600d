import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { answerBody } from '../../../../lambdas/serve-api/http/answer-body.ts';

const LONG = 'all the same '.repeat(1000);

describe('the body of an answer', () => {
  test.each([
    ['gzip', true],
    ['gzip, deflate, br, zstd', true],
    ['br;q=1.0, GZIP;q=0.5', true],
    ['*', true],
    ['deflate, *;q=0.1', true],
    ['gzip;q=0, *', false],
    ['gzip; q=0.0', false],
    ['identity', false],
    ['x-gzip-not', false],
    ['', false],
    [undefined, false],
  ])('to Accept-Encoding %p is compressed: %p', async (accepted, compressed) => {
    const { body, headers } = await answerBody(LONG, accepted);
    expect(headers).toEqual({ vary: 'accept-encoding', ...(compressed && { 'content-encoding': 'gzip' }) });
    expect((compressed ? gunzipSync(body) : Buffer.from(body)).toString()).toBe(LONG);
  });

  test('stays as it is where there is little to save', async () => {
    expect((await answerBody('{}', 'gzip')).headers).toEqual({ vary: 'accept-encoding' });
  });

  test('is refused where Lambda could not send it, with what to do', async () => {
    const large = LONG.repeat(400);
    expect((await answerBody(large, 'gzip')).body.length).toBeLessThan(100_000);
    await expect(answerBody(large, undefined)).rejects.toMatchObject({
      status: 406,
      message: expect.stringContaining('Accept-Encoding: gzip'),
    });
    const incompressible = randomBytes(4_000_000).toString('base64');
    expect((await answerBody(incompressible, 'gzip')).body.length).toBeLessThan(4_500_000);
    await expect(answerBody(incompressible + incompressible, 'gzip')).rejects.toMatchObject({ status: 406 });
  });
});
