import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../../base/config.ts';
import { TIMEOUT_SECONDS } from '../../../media/office/run-soffice.ts';
import { statesIn } from '../../state-machines/lint.ts';

describe('readConfig', () => {
  test('parses settings and fills in defaults', () => {
    const environment = { JOB_TABLE: 'jobs', ENABLE_AVIF: 'true', MAX_IMAGE_PIXELS: '1000' };
    expect(
      readConfig(environment, ['JOB_TABLE', 'ENABLE_AVIF', 'MAX_IMAGE_PIXELS', 'JOB_STATUS_TTL']),
    ).toEqual({
      JOB_TABLE: 'jobs',
      ENABLE_AVIF: true,
      MAX_IMAGE_PIXELS: 1000,
      JOB_STATUS_TTL: 604_800,
    });
  });

  test('names everything that is wrong at once, with what came', () => {
    const environment = { ENABLE_AVIF: 'yes', JOB_STATUS_TTL: '-5' };
    const read = () => readConfig(environment, ['JOB_TABLE', 'ENABLE_AVIF', 'JOB_STATUS_TTL']);
    expect(read).toThrow(expect.objectContaining({ name: 'InvalidConfiguration' }));
    expect(read).toThrow(/JOB_TABLE: .*got nothing; ENABLE_AVIF: .*got "yes"; JOB_STATUS_TTL: .*got "-5"/);
  });

  test('reads values per tenant, and says which entry is none', () => {
    const weights = (list: string) => readConfig({ TENANT_WEIGHTS: list }, ['TENANT_WEIGHTS']).TENANT_WEIGHTS;
    expect(weights('')).toEqual({});
    expect(weights('acme=3, globex-2=0.5,')).toEqual({ acme: 3, 'globex-2': 0.5 });
    for (const wrong of ['acme', 'acme=', 'acme=1.2.3', 'acme=-1', 'acme=0', 'a b=1'])
      expect(() => weights(`ok=1,${wrong}`)).toThrow(`at ${wrong}`);
    expect(() => readConfig({ TENANT_PERCENTS: 'acme=101' }, ['TENANT_PERCENTS'])).toThrow('at acme=101');
  });

  test('reads a list of words, of which the first is always one', () => {
    const codecs = (list: string) =>
      readConfig({ PROFILE_VIDEO_CODECS: list }, ['PROFILE_VIDEO_CODECS']).PROFILE_VIDEO_CODECS;
    expect(codecs('')).toEqual(['h264', 'hevc', 'av1']);
    expect(codecs('av1, h264')).toEqual(['h264', 'av1']);
    for (const wrong of ['av1', 'h264,vp9', 'h264,', 'h265', ' '])
      expect(() => codecs(wrong)).toThrow(
        'PROFILE_VIDEO_CODECS: expected h264, or with others of h264,hevc,av1',
      );
  });

  test('takes chunks of whole segments only, and as many tasks as a Map state runs at once', () => {
    const chunks = (environment: Record<string, string>) =>
      readConfig(environment, ['CHUNK_ABOVE_SECONDS', 'CHUNK_SECONDS', 'MAX_VIDEO_CHUNK_TASKS']);
    expect(chunks({})).toEqual({ CHUNK_ABOVE_SECONDS: 1200, CHUNK_SECONDS: 300, MAX_VIDEO_CHUNK_TASKS: 8 });
    expect(chunks({ CHUNK_ABOVE_SECONDS: '0' }).CHUNK_ABOVE_SECONDS).toBe(0);
    for (const wrong of ['0', '5', '20', '1806', '6.5'])
      expect(() => chunks({ CHUNK_SECONDS: wrong })).toThrow(`got "${wrong}"`);
    for (const wrong of ['0', '41'])
      expect(() => chunks({ MAX_VIDEO_CHUNK_TASKS: wrong })).toThrow(`got "${wrong}"`);
  });

  test('points out a misspelled setting, which would have no effect', () => {
    expect(() => readConfig({ JOB_TABLE: 'jobs', JOB_STATUS_TLT: '60' }, ['JOB_TABLE'])).toThrow(
      'JOB_STATUS_TLT is not a setting; did you mean JOB_STATUS_TTL?',
    );
  });

  /**
   * `HeartbeatSeconds` must be smaller than `TimeoutSeconds`: Amazon States Language, Task State,
   * https://states-language.net/spec.html#task-state
   */
  test('gives no task less time than Step Functions waits for its first heartbeat', () => {
    const machine = JSON.parse(readFileSync('state-machines/media-pipeline.asl.json', 'utf8'));
    const timed = statesIn(machine)
      .map(([, state]) => state)
      .filter(({ TimeoutSecondsPath }) => TimeoutSecondsPath === '$.job.timeoutSeconds');
    expect(timed).toHaveLength(9);
    const read = (seconds: number) =>
      readConfig({ PROCESSING_TIMEOUT: String(seconds) }, ['PROCESSING_TIMEOUT']).PROCESSING_TIMEOUT;
    const least = 600;
    expect(() => read(least - 1)).toThrow('PROCESSING_TIMEOUT');
    expect(read(least)).toBe(least);
    for (const { HeartbeatSeconds } of timed) expect(least).toBeGreaterThan(Number(HeartbeatSeconds));
    // To a newer format, to PDF, and once more for formulas; and a minute for the download and the upload.
    expect(least).toBeGreaterThan(3 * TIMEOUT_SECONDS + 60);
  });

  test('leaves foreign variables alone', () => {
    expect(readConfig({ JOB_TABLE: 'jobs', PATH: '/bin', AWS_REGION: 'eu-west-1' }, ['JOB_TABLE'])).toEqual({
      JOB_TABLE: 'jobs',
    });
  });
});
