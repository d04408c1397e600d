import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { type Pipeline, startPipeline, uploadKey } from '../../support/pipeline.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline();
});
afterAll(() => pipeline?.stop());

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#2a6' } }).composite([
    {
      input: { create: { width: width >> 1, height: height >> 1, channels: 3, background: '#c33' } },
      gravity: 'northwest',
    },
  ]);

describe('an image that is uploaded', () => {
  test('completes, with every output named in the manifest and of the size and hash that it says', async () => {
    const key = uploadKey('1234567890-abc123-image.jpg');
    await pipeline.upload(key, await picture(2000, 1500).jpeg().toBuffer(), 'application/x-nonsense');
    const job = await pipeline.ended(key);
    expect(job).toMatchObject({
      status: 'COMPLETED',
      kind: 'IMAGE',
      contentType: 'image/jpeg',
      tenantId: 'acme',
      userId: 'ann',
      attempt: 1,
    });
    const prefix = 'tenants/acme/users/ann/media/processed/1234567890-abc123-image';
    expect(job.manifestKey).toBe(`${prefix}_manifest.json`);
    const { outputs } = await pipeline.manifest(job);
    expect(outputs.map(({ key: output }) => output.slice(prefix.length))).toEqual([
      '_metadata.json',
      '_optimized.jpg',
      '_thumb_large.jpg',
      '_thumb_medium.jpg',
      '_thumb_small.jpg',
      '_webp.webp',
    ]);
    for (const output of outputs) {
      const content = await pipeline.output(output.key);
      expect(content).toHaveLength(output.size);
      expect(createHash('sha256').update(content).digest('hex')).toBe(output.sha256);
    }
    expect(await sharp(await pipeline.output(`${prefix}_thumb_large.jpg`)).metadata()).toMatchObject({
      width: 1200,
      height: 900,
    });
    expect((await pipeline.outputs()).filter((output) => output.startsWith(`${prefix}_`))).toHaveLength(
      outputs.length + 1,
    );
    expect(job.timeline.map(({ status }) => status)).toEqual(['PROCESSING', 'COMPLETED']);
  });

  test('takes at most 7 state transitions, 2 Lambda calls and 6 DynamoDB writes', async () => {
    const before = pipeline.invocations.length;
    const writes = () =>
      [...pipeline.cloud.faults.counts]
        .filter(([call]) => /^dynamodb\.(Put|Update|Delete)Item$/.test(call))
        .reduce((sum, [, n]) => sum + n, 0);
    const writesBefore = writes();
    const sourceReads = () => pipeline.cloud.faults.counts.get('s3.GetObject') ?? 0;
    const readsBefore = sourceReads();
    const key = uploadKey('transitions.png');
    await pipeline.upload(key, await picture(300, 200).png().toBuffer());
    const job = await pipeline.ended(key);
    const events = await pipeline.until('the end of the execution', async () => {
      const history = await pipeline.history(job.executionArn);
      return history.at(-1)?.type === 'ExecutionSucceeded' && history;
    });
    // Step Functions bills a transition per state entered, and one for the start.
    const transitions = 1 + events.filter(({ stateEnteredEventDetails }) => stateEnteredEventDetails).length;
    const lambdas = pipeline.invocations.slice(before);
    const counts = {
      transitions,
      lambdas: lambdas.length,
      writes: writes() - writesBefore,
      sourceReads: sourceReads() - readsBefore,
    };
    process.stdout.write(`An image job: ${JSON.stringify(counts)} (${lambdas.join(', ')})\n`);
    expect(counts.transitions).toBeLessThanOrEqual(7);
    expect(lambdas).toEqual(['admit-upload', 'process-image']);
    expect(counts.writes).toBeLessThanOrEqual(6);
    // The first bytes once, the whole once.
    expect(counts.sourceReads).toBe(2);
  });
});

describe('an image that is named as another type of image', () => {
  test('completes by its content, and job and manifest say so', async () => {
    const key = uploadKey('screenshot.jpg');
    await pipeline.upload(key, await picture(300, 200).png().toBuffer());
    const job = await pipeline.ended(key);
    expect(job).toMatchObject({ status: 'COMPLETED', contentType: 'image/png' });
    const note = 'The file is named .jpg, but is PNG.';
    expect(JSON.parse(job.degraded ?? '[]')).toEqual([note]);
    expect(await pipeline.manifest(job)).toMatchObject({ degraded: [note] });
  });
});

describe('an image that cannot be processed', () => {
  const noise = () =>
    sharp({
      create: {
        width: 400,
        height: 300,
        channels: 3,
        background: '#888',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    });

  test.each([
    ['is empty', 'empty.jpg', async () => Buffer.alloc(0), 'EmptyFile', /0 bytes/],
    [
      'is truncated',
      'truncated.jpg',
      async () => (await noise().jpeg().toBuffer()).subarray(0, 20_000),
      'CorruptMedia',
      /JPEG/,
    ],
    [
      'is corrupt',
      'corrupt.png',
      async () => Buffer.concat([(await noise().png().toBuffer()).subarray(0, 5000), Buffer.alloc(5000, 7)]),
      'CorruptMedia',
      /PNG/,
    ],
    [
      'is text',
      'text.jpg',
      async () => Buffer.from('no picture at all'),
      'MediaTypeMismatch',
      /Expected JPEG content in a \.jpg file/,
    ],
    [
      'is of another kind than its name says',
      'really-png.pdf',
      async () => noise().png().toBuffer(),
      'MediaTypeMismatch',
      /its content is PNG/,
    ],
    [
      'is a program',
      'setup.exe',
      async () => Buffer.concat([Buffer.from('MZ'), Buffer.alloc(400)]),
      'UnsupportedMediaType',
      /Expected JPEG/,
    ],
  ])('is rejected in one attempt with a reason when it %s', async (_label, file, content, name, message) => {
    const key = uploadKey(file);
    await pipeline.upload(key, await content());
    const job = await pipeline.ended(key);
    expect(job).toMatchObject({ status: 'REJECTED', attempt: 1, error: { name, category: 'processing' } });
    expect(job.error?.message).toMatch(message);
    expect(job.error?.advice).toMatch(/\w/);
    const failures = (await pipeline.history(job.executionArn)).filter(
      ({ type }) => type === 'LambdaFunctionFailed' || type === 'TaskFailed',
    );
    expect(failures).toHaveLength(1);
    const stem = file.replace(/\.\w+$/, '');
    expect((await pipeline.outputs()).filter((output) => output.includes(`/${stem}_`))).toEqual([]);
  });

  test('leaves no dead letter', async () => {
    expect(await pipeline.deadLetters()).toEqual([]);
  });
});
