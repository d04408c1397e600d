import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

/** Runs `start` in a shell with these variables, and stops it after the work. */
async function withStart(settings: Record<string, string>, work: (apiUrl: string) => Promise<void>) {
  const directory = await mkdtemp(join(tmpdir(), 'start-'));
  const main = ['--disable-warning=ExperimentalWarning', 'local/main.ts', 'start', '--json'];
  const child = spawn(
    process.execPath,
    [...main, '--no-console', '--ports', 'free', '--directory', directory],
    { env: { ...process.env, ...settings }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exit = once(child, 'exit');
  try {
    let out = '';
    for await (const chunk of child.stdout) {
      out += chunk;
      if (/^\{.*\}$/m.test(out)) break;
    }
    const { MEDIA_API_URL } = JSON.parse(/^\{"AWS.*\}$/m.exec(out)?.[0] ?? '{}');
    await work(MEDIA_API_URL);
  } finally {
    child.kill('SIGTERM');
    await exit;
    await rm(directory, { recursive: true, force: true });
  }
}

test('the API obeys the settings of the shell, as the functions do', async () => {
  await withStart({ MAX_IMAGE_BYTES: '1000' }, async (apiUrl) => {
    const answer = await fetch(`${apiUrl}/api/media/uploads`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-development-identity': 'acme/ann' },
      body: JSON.stringify({ fileName: 'a.png', size: 1001 }),
    });
    expect([answer.status, await answer.json()]).toEqual([
      422,
      expect.objectContaining({ detail: 'Expected at most 1000 bytes, got 1001.' }),
    ]);
  });
}, 60_000);
