import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../../base/config.ts';

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
    const { States } = JSON.parse(readFileSync('state-machines/media-pipeline.asl.json', 'utf8'));
    const timed = Object.values(States as Record<string, Record<string, unknown>>).filter(
      ({ TimeoutSecondsPath }) => TimeoutSecondsPath === '$.job.timeoutSeconds',
    );
    expect(timed).toHaveLength(3);
    const read = (seconds: number) =>
      readConfig({ PROCESSING_TIMEOUT: String(seconds) }, ['PROCESSING_TIMEOUT']).PROCESSING_TIMEOUT;
    for (const { HeartbeatSeconds } of timed) {
      expect(() => read(Number(HeartbeatSeconds))).toThrow('PROCESSING_TIMEOUT');
      expect(read(Number(HeartbeatSeconds) + 1)).toBe(301);
    }
  });

  test('leaves foreign variables alone', () => {
    expect(readConfig({ JOB_TABLE: 'jobs', PATH: '/bin', AWS_REGION: 'eu-west-1' }, ['JOB_TABLE'])).toEqual({
      JOB_TABLE: 'jobs',
    });
  });
});
