import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Job } from '../../../core/jobs/job.ts';
import { writeDocx } from '../../../samples/write-office.ts';
import { writePdf } from '../../../samples/write-pdf.ts';
import { type ClipStudio, clipStudio } from '../../support/clips.ts';
import { type Pipeline, startPipeline, uploadKey } from '../../support/pipeline.ts';
import { processesOf } from '../../support/processes.ts';

const run = promisify(execFile);

let pipeline: Pipeline;
let studio: ClipStudio;
beforeAll(async () => {
  [pipeline, studio] = await Promise.all([startPipeline({ patience: 120_000 }), clipStudio()]);
});
afterAll(async () => {
  await pipeline?.stop();
  await studio?.remove();
});

async function recorded(name: string, ...args: string[]): Promise<Buffer> {
  const file = join(studio.directory, name);
  await run('ffmpeg', ['-v', 'error', '-y', ...args, file]);
  return readFile(file);
}

const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=2'];
const SOUND = ['-f', 'lavfi', '-i', 'sine=duration=2'];
const page = (text: string) => ({ content: `BT /F1 24 Tf 72 700 Td (${text}) Tj ET` });
const textOf = async (job: Job) =>
  (await pipeline.output((job.manifestKey ?? '').replace('manifest.json', 'text.txt'))).toString();

async function send(file: string, content: Buffer): Promise<{ job: Job; names: string[] }> {
  const key = uploadKey(file);
  await pipeline.upload(key, content);
  const job = await pipeline.ended(key);
  if (job.status !== 'COMPLETED') return { job, names: [] };
  const prefix = (job.manifestKey ?? '').replace('manifest.json', '');
  return {
    job,
    names: (await pipeline.manifest(job)).outputs.map((output) => output.key.slice(prefix.length)),
  };
}

describe('each kind runs through the whole pipeline', () => {
  test('a video becomes renditions, HLS, pictures and metadata', async () => {
    const { job, names } = await send(
      'clip.mp4',
      await recorded('clip.mp4', ...PICTURE, ...SOUND, '-pix_fmt', 'yuv420p', '-shortest'),
    );
    expect(job).toMatchObject({ status: 'COMPLETED', kind: 'VIDEO' });
    expect(names).toEqual(
      expect.arrayContaining([
        '480p.mp4',
        'hls/master.m3u8',
        'poster.jpg',
        'storyboard.vtt',
        'metadata.json',
      ]),
    );
  }, 120_000);

  test('a recording becomes MP3, M4A, Ogg and a waveform', async () => {
    const { job, names } = await send('tone.wav', await recorded('tone.wav', ...SOUND));
    expect(job).toMatchObject({ status: 'COMPLETED', kind: 'AUDIO' });
    expect(names).toEqual(
      expect.arrayContaining(['audio.m4a', 'audio.mp3', 'audio.ogg', 'waveform.json', 'metadata.json']),
    );
  }, 120_000);

  test.each([
    ['a voice memo of the general MP4 brand', 'memo.m4a', ['-c:a', 'aac', '-f', 'mp4', '-brand', 'isom']],
    ['an MP4 without pictures', 'voice.mp4', ['-c:a', 'aac']],
    ['what a browser records of a microphone', 'note.webm', ['-c:a', 'libopus']],
  ])('%s is sound', async (_what, file, codec) => {
    const { job, names } = await send(file, await recorded(file, ...SOUND, ...codec));
    expect(job).toMatchObject({ status: 'COMPLETED', kind: 'AUDIO' });
    expect(names).toEqual([
      'audio.m4a',
      'audio.mp3',
      'audio.ogg',
      'metadata.json',
      'waveform.json',
      'waveform.png',
    ]);
    expect((await pipeline.manifest(job)).source).toMatchObject({ kind: 'AUDIO' });
  });

  test('a PDF becomes text and pictures of its pages', async () => {
    const { job, names } = await send(
      'paper.pdf',
      writePdf({ pages: [page('Hello pipeline'), page('Second page')] }),
    );
    expect(job).toMatchObject({ status: 'COMPLETED', kind: 'DOCUMENT' });
    expect(names).toEqual(
      expect.arrayContaining([
        'page_0001.webp',
        'page_0002.webp',
        'pages.json',
        'text.txt',
        'thumb_small.jpg',
      ]),
    );
    expect(await textOf(job)).toMatch(/Hello pipeline[\s\S]*Second page/);
  });

  test('a text file becomes text with a word count', async () => {
    const { job } = await send('notes.txt', Buffer.from('Grüße aus Köln\n'));
    expect(job).toMatchObject({ status: 'COMPLETED', kind: 'DOCUMENT' });
    expect(await textOf(job)).toContain('Grüße aus Köln');
  });

  const soffice = run('soffice', ['--version']).then(
    () => true,
    () => false,
  );
  test('a Word document becomes a PDF first', async () => {
    const { job, names } = await send(
      'letter.docx',
      writeDocx({ title: 'Letter', paragraphs: ['Dear reader,', 'all is well.'] }),
    );
    if (!(await soffice)) {
      // Said plainly, and not as if the file were at fault.
      expect(job).toMatchObject({ status: 'FAILED', error: { category: 'configuration' } });
      expect(job.error?.message).toMatch(/LibreOffice|soffice/);
      return;
    }
    expect(job).toMatchObject({ status: 'COMPLETED', kind: 'DOCUMENT' });
    expect(names).toEqual(expect.arrayContaining(['document.pdf', 'text.txt', 'thumb_small.jpg']));
    expect(await textOf(job)).toContain('all is well.');
  }, 180_000);
});

describe('what cannot be processed is rejected, whatever its kind', () => {
  test.each([
    [
      'a playlist in disguise',
      'playlist.mp4',
      async () => Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'),
    ],
    [
      'a truncated video',
      'cut.mp4',
      async () => (await recorded('whole.mp4', ...PICTURE, '-pix_fmt', 'yuv420p')).subarray(0, 30_000),
    ],
    [
      'an encrypted PDF',
      'secret.pdf',
      async () => writePdf({ pages: [page('secret')], password: { user: 'secret', owner: 'owner' } }),
    ],
    ['a broken PDF', 'broken.pdf', async () => Buffer.from('%PDF-1.4\nnothing follows\n')],
  ])(
    '%s',
    async (_label, file, content) => {
      const { job } = await send(file, await content());
      expect(job).toMatchObject({ status: 'REJECTED', attempt: 1, error: { category: 'processing' } });
      expect((await pipeline.outputs()).filter((key) => key.includes(`/${file.split('.')[0]}_`))).toEqual([]);
    },
    120_000,
  );

  test('no dead letter tells of it', async () => {
    expect(await pipeline.deadLetters()).toEqual([]);
  });
});

test('a task that is killed is known at once from ECS’s event, and run again', async () => {
  const key = uploadKey('killed-once.mp4');
  const long = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25:duration=6'];
  await pipeline.upload(key, await recorded('long.mp4', ...long, '-pix_fmt', 'yuv420p'));
  const { job, pids } = await pipeline.until('the task', async () => {
    const found = (await pipeline.jobs()).find((row) => row.key === key);
    const { task } = found ? await processesOf(found) : { task: [] };
    return found && task.length > 0 && { job: found, pids: task };
  });
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  const ended = await pipeline.ended(key);
  expect(ended).toMatchObject({ status: 'COMPLETED', attempt: 1, jobId: job.jobId });
  const failures = (await pipeline.history(ended.executionArn)).flatMap(
    ({ taskFailedEventDetails: details }) => details?.error ?? [],
  );
  expect(failures).toEqual(['OutOfMemory']);
}, 180_000);
