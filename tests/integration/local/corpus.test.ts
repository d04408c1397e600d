import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { Job } from '../../../core/jobs/job.ts';

const run = promisify(execFile);
const IMAGES = 30;

test('the files of a folder go in one after another; a slow one holds up none', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'corpus-'));
  try {
    const folder = join(directory, 'files');
    await mkdir(join(folder, 'more'), { recursive: true });
    const film = ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=25:d=20,noise=alls=16:allf=t'];
    await run('ffmpeg', [...film, ...['-c:v', 'libx264', '-preset', 'ultrafast'], join(folder, '0.mp4')]);
    for (let i = 1; i <= IMAGES; i++)
      await writeFile(join(folder, `${i}.png`), await plain(`rgb(${8 * i}, 0, 0)`));
    // The same name in another folder.
    await writeFile(join(folder, 'more', '1.png'), await plain('blue'));
    await writeFile(join(folder, 'more', 'broken.jpg'), 'no picture');

    const main = join(process.cwd(), 'local/media.mjs');
    const { stdout } = await run(process.execPath, [main, 'corpus', folder, '--json'], { cwd: directory });
    const { files } = JSON.parse(stdout) as { files: { file: string; job: Job }[] };
    expect(files).toHaveLength(IMAGES + 3);
    expect(new Set(files.map(({ job }) => job.key)).size).toBe(IMAGES + 3);
    const ended = (status: Job['status']) => files.filter(({ job }) => job.status === status);
    expect(ended('COMPLETED')).toHaveLength(IMAGES + 2);
    expect(ended('REJECTED').map(({ file }) => basename(file))).toEqual(['broken.jpg']);
    expect(files.findIndex(({ file }) => file.endsWith('.mp4'))).toBeGreaterThan(IMAGES / 2);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

const plain = (background: string) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .png()
    .toBuffer();
