import { describe, expect, test } from '@jest/globals';
import { MediaError } from '../../../../base/errors.ts';
import { jobIdOf } from '../../../../core/jobs/job.ts';
import { submitRecord } from '../../../../lambdas/serve-api/uploads/submit-record.ts';

const BUCKET = 'uploads';
const key = 'tenants/acme/users/ann/media/a.png';
const identity = { role: 'tenant', tenantId: 'acme', userId: 'bob', name: 'bob' } as const;
const known = { sequencer: '0A', latestJobId: 'job_known', deleted: false };

// biome-ignore lint/suspicious/noExplicitAny: fakes give what is asked of them here, no more.
type AnyDeps = any;

/** A bucket with versioning or without, a ledger and a table, as far as a record needs them. */
function setup({
  entry,
  object,
  rows = {},
}: {
  entry?: object;
  object?: object;
  rows?: Record<string, object>;
}) {
  const started: { name: string; input: { detail: { object: Record<string, unknown> } } }[] = [];
  const calls: string[] = [];
  const deps: AnyDeps = {
    jobs: { get: async (jobId: string) => rows[jobId] },
    ledger: {
      get: async () => {
        calls.push('ledger');
        return entry;
      },
    },
    objects: {
      current: async () => {
        calls.push('S3');
        return object;
      },
    },
    executions: {
      start: async (_machine: string, name: string, input: (typeof started)[number]['input']) =>
        started.push({ name, input }) > 0,
    },
    config: { MEDIA_BUCKET: BUCKET, STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:1:stateMachine:m' },
    now: () => new Date('2026-01-02T00:00:00Z'),
  };
  return { deps, started, calls, submit: () => submitRecord(deps, identity, { bucket: BUCKET, key }) };
}

describe('a record', () => {
  test.each([
    [
      'the version of its job',
      { versionId: 'v1', etag: 'e' },
      { versionId: 'v1', etag: 'e', size: 1 },
      'duplicate',
    ],
    [
      'another version with the same content',
      { versionId: 'v1', etag: 'e' },
      { versionId: 'v2', etag: 'e', size: 1 },
      'duplicate',
    ],
    [
      'another version with other content',
      { versionId: 'v1', etag: 'e' },
      { versionId: 'v2', etag: 'f', size: 1 },
      'started',
    ],
    ['the ETag of its job, without versions', { etag: 'e' }, { etag: 'e', size: 1 }, 'duplicate'],
    ['another ETag, without versions', { etag: 'e' }, { etag: 'f', size: 1 }, 'started'],
    [
      'the ETag of its job and a version where that had none',
      { etag: 'e' },
      { versionId: 'v1', etag: 'e', size: 1 },
      'duplicate',
    ],
  ])('of a key with %s: %4$s', async (_what, row, object, outcome) => {
    const { submit, started } = setup({
      entry: known,
      object,
      rows: { job_known: { jobId: 'job_known', ...row } },
    });
    expect(await submit()).toMatchObject({ outcome });
    expect(started).toHaveLength(outcome === 'started' ? 1 : 0);
  });

  test('reads the ledger before S3, and starts with the facts of S3 alone', async () => {
    const object = { versionId: 'v2', etag: 'f', size: 7 };
    const { submit, started, calls } = setup({ entry: known, object });
    const { jobId } = await submit();
    expect(calls).toEqual(['ledger', 'S3']);
    const { sequencer, ...facts } = started[0]?.input.detail.object ?? {};
    expect(facts).toEqual({ key, size: 7, etag: 'f', 'version-id': 'v2' });
    expect(jobId).toBe(jobIdOf({ bucket: BUCKET, key, ...object, sequencer: `${sequencer}` }));
  });

  test('answers a fault of a service as its own result', async () => {
    const { deps, submit } = setup({ entry: known });
    deps.objects.current = async () => {
      throw new MediaError('AccessDenied', 'role arn:aws:iam::1:role/secret may not');
    };
    const result = await submit();
    expect(result).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('AccessDenied') });
    expect(JSON.stringify(result)).not.toContain('arn:');
  });
});
