import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { type Pipeline, startPipeline, uploadKey } from '../../support/pipeline.ts';
import { shortClip } from '../../support/strike-tasks.ts';

let pipeline: Pipeline;
let png: Buffer;
let clip: Buffer;
beforeAll(async () => {
  pipeline = await startPipeline();
  png = await sharp({ create: { width: 12, height: 8, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  clip = await shortClip();
});
afterAll(() => pipeline?.stop());

const FOLDER = 'tenants/acme/users/ann/media/processed/';
const digits = (key: string) => createHash('sha256').update(key).digest('hex').slice(0, 8);

describe('a hostile or unusual key', () => {
  test.each([
    ['spaces and plus signs', 'my + photo  1.png', 'my + photo  1'],
    ['percent signs', 'a%2e%2e%2fb%20c.png', 'a%2e%2e%2fb%20c'],
    ['an encoded parent folder', '%2e%2e.png', '%2e%2e'],
    ['dots', '...png', '..'],
    ['emoji', '🏖️🙂.png', '🏖️🙂'],
    ['characters of HTML and shell', `<b>"'$(id)&;|*?.png`, `<b>"'$(id)&;|*?`],
    ['decomposed accents', 'e\u0301.png', '\u00e9'],
    ['no extension', 'plain', 'plain'],
  ])('with %s is processed exactly', async (_label, file, stem) => {
    const key = uploadKey(file);
    await pipeline.upload(key, png);
    const job = await pipeline.ended(key);
    expect(job).toMatchObject({ key, status: 'COMPLETED', manifestKey: `${FOLDER}${stem}_manifest.json` });
  });

  test('of 1,024 bytes is processed below a stem that is cut and carries digits of its hash', async () => {
    const key = uploadKey(`${'ü'.repeat(490)}.png`);
    const padded = uploadKey(`${'ü'.repeat(490)}${'x'.repeat(1024 - Buffer.byteLength(key))}.png`);
    expect(Buffer.byteLength(padded)).toBe(1024);
    await pipeline.upload(padded, png);
    const job = await pipeline.ended(padded);
    expect(job.status).toBe('COMPLETED');
    expect(job.manifestKey).toContain(`-${digits(padded)}_manifest.json`);
    for (const { key: output } of (await pipeline.manifest(job)).outputs)
      expect(Buffer.byteLength(output)).toBeLessThanOrEqual(1024);
  });

  // As JSON in JSON, the key alone has almost as many characters as ECS allows for the overrides of
  // RunTask.
  test.each([
    ['quotes', '"'],
    ['backslashes', '\\'],
    ['emoji', '🙂'],
  ])('of 1,024 bytes of %s is processed by a task', async (_label, character) => {
    const room = 1024 - Buffer.byteLength(uploadKey('.mp4'));
    const key = uploadKey(`${character.repeat(Math.floor(room / Buffer.byteLength(character)))}.mp4`);
    await pipeline.upload(key, clip);
    expect(await pipeline.ended(key)).toMatchObject({ key, kind: 'VIDEO', status: 'COMPLETED' });
  });

  test.each([
    ['a folder below media', 'tenants/acme/users/ann/media/processed/x_webp.webp'],
    ['a tenant that climbs', 'tenants/..%2f..%2f/users/ann/media/a.png'],
    ['no user', 'tenants/acme/media/a.png'],
    ['a newline in the name', 'tenants/acme/users/ann/media/a\nb.png'],
    ['a right-to-left override', 'tenants/acme/users/ann/media/\u202egnp.exe'],
  ])('with %s is rejected', async (_label, key) => {
    await pipeline.upload(key, png);
    const job = await pipeline.ended(key);
    expect(job).toMatchObject({ status: 'REJECTED', error: { name: 'InvalidUploadKey' } });
    expect(job.manifestKey).toBeUndefined();
  });

  test('outside the tenants’ folder starts nothing, nor does a folder placeholder make a job', async () => {
    await pipeline.upload('elsewhere/a.png', png);
    await pipeline.upload('tenants/acme/users/ann/media/', '');
    const last = uploadKey('last.png');
    await pipeline.upload(last, png);
    await pipeline.ended(last);
    expect(
      (await pipeline.jobs()).filter(({ key }) => key.startsWith('elsewhere') || key.endsWith('/')),
    ).toEqual([]);
  });

  test('never leads to a write outside the folder of its own user', async () => {
    for (const output of await pipeline.outputs()) expect(output.startsWith(FOLDER)).toBe(true);
  });
});

describe('two uploads that share a stem', () => {
  test('get stems of their own, which stay the same when they are uploaded again', async () => {
    const [first, second] = [uploadKey('IMG_1.png'), uploadKey('IMG_1.jpg')];
    const jpg = await sharp(png).jpeg().toBuffer();
    await pipeline.upload(first, png);
    const owner = await pipeline.ended(first);
    await pipeline.upload(second, jpg);
    const other = await pipeline.ended(second);
    expect(owner.stem).toBe('IMG_1');
    expect(other.stem).toBe(`IMG_1-${digits(second)}`);
    await pipeline.remove(first);
    await pipeline.until(
      'the outputs of the first to go',
      async () => !(await pipeline.outputs()).some((key) => key.includes('/IMG_1_')),
    );
    expect((await pipeline.outputs()).some((key) => key.includes(`/IMG_1-${digits(second)}_`))).toBe(true);
  });
});
