import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { landscape } from '../../../samples/camera-photo.ts';
import { writePdf } from '../../../samples/write-pdf.ts';
import { clipStudio, SOUND } from '../../support/clips.ts';

const MEDIA = join(process.cwd(), 'local/media.mjs');
let folder: string;
let studio: Awaited<ReturnType<typeof clipStudio>>;
let cloud: ReturnType<typeof spawn>;
let apiUrl: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-'));
  studio = await clipStudio();
  const options = ['--json', '--no-console', '--ports', 'free', '--directory', join(folder, 'cloud')];
  cloud = spawn(process.execPath, [MEDIA, 'start', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  for await (const chunk of cloud.stdout ?? []) {
    out += chunk;
    if (/^\{"AWS.*\}$/m.test(out)) break;
  }
  apiUrl = JSON.parse(/^\{"AWS.*\}$/m.exec(out)?.[0] ?? '{}').MEDIA_API_URL;
}, 120_000);
afterAll(async () => {
  cloud?.kill('SIGTERM');
  if (cloud?.exitCode === null) await once(cloud, 'exit');
  await studio?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Runs `media` as a user of a shell does, in a folder of theirs. */
async function media(...args: string[]): Promise<string> {
  const env = { ...process.env, MEDIA_API_URL: apiUrl, MEDIA_API_IDENTITY: 'acme/ann' };
  const { stdout } = await promisify(execFile)(process.execPath, [MEDIA, ...args], {
    ...{ cwd: folder, env: { ...env, XDG_STATE_HOME: join(folder, 'state') } },
  });
  return stdout;
}

test('a newcomer uploads three files, finds each by its name, and takes the outputs home', async () => {
  await (await landscape(1600, 1200)).jpeg().toFile(join(folder, 'Holiday Photo.jpg'));
  await writeFile(join(folder, 'tune.wav'), await readFile(await studio.make('tune.wav', [SOUND])));
  const content = 'BT /F1 24 Tf 72 720 Td (Quarterly report) Tj ET';
  await writeFile(join(folder, 'report.pdf'), writePdf({ pages: [{ content }] }));

  const table = await media('upload', 'Holiday Photo.jpg', 'tune.wav', 'report.pdf', '--wait');
  expect(table.match(/COMPLETED/g)).toHaveLength(3);

  const found: Record<string, string> = {};
  for (const name of ['holiday', 'tune', 'report'])
    found[name] = /^job_\w+/m.exec(await media('where', name))?.[0] ?? '';
  expect(new Set(Object.values(found)).size).toBe(3);

  for (const name of Object.keys(found)) await media('download', name, '--to', name);
  const saved = async (name: string, ending: string) => {
    const file = (await readdir(join(folder, name))).find((one) => one.endsWith(ending)) ?? '';
    return readFile(join(folder, name, file));
  };
  expect(await sharp(await saved('holiday', '_thumb_medium.jpg')).metadata()).toMatchObject({ width: 400 });
  expect((await saved('tune', '_audio.mp3')).length).toBeGreaterThan(1000);
  expect((await saved('report', '_text.txt')).toString()).toContain('Quarterly report');
}, 240_000);
