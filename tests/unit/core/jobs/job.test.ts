import { describe, expect, test } from '@jest/globals';
import { jobIdOf } from '../../../../core/jobs/job.ts';
import { comparableSequencer } from '../../../../core/uploads/upload.ts';

const upload = {
  bucket: 'b',
  key: 'tenants/t/users/u/media/a.jpg',
  etag: 'e1',
  sequencer: '0055AED6DCD90281E5',
  size: 1,
};

describe('jobIdOf', () => {
  test('is the same for every delivery of one upload', () => {
    expect(jobIdOf({ ...upload })).toBe(jobIdOf(upload));
    expect(jobIdOf(upload)).toMatch(/^job_[a-z2-7]{26}$/);
  });

  test.each([
    ['another version', { versionId: 'v2' }],
    ['another sequencer', { sequencer: '0055AED6DCD90281E6' }],
    ['other content', { etag: 'e2' }],
    ['another key', { key: 'tenants/t/users/u/media/b.jpg' }],
  ])('differs for %s', (_label, change) => {
    expect(jobIdOf({ ...upload, ...change })).not.toBe(jobIdOf(upload));
  });

  test('of a versioned upload does not depend on what the event says beside the version', () => {
    expect(jobIdOf({ ...upload, versionId: 'v', sequencer: '1' })).toBe(
      jobIdOf({ ...upload, versionId: 'v', sequencer: '2' }),
    );
  });
});

test('sequencers of different length compare as S3 says: padded with zeros on the right', () => {
  expect(comparableSequencer('0055AED6DCD90281E5') < comparableSequencer('0055AED6DCD90281E500A1')).toBe(
    true,
  );
  expect(comparableSequencer('0055aed6') === comparableSequencer('0055AED600')).toBe(true);
});
