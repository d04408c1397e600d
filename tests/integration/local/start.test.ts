import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lockHolder } from '../../../local/directory-lock.ts';
import { checkPorts } from '../../../local/running/check-ports.ts';
import { until } from '../../support/local-cloud.ts';

const MAIN = ['--disable-warning=ExperimentalWarning', 'local/main.ts'];
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'start-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const startOptions = () => ['start', '--json', '--no-console', '--ports', 'free', '--directory', directory];

/** Starts a program that runs `start`, and waits until the cloud is ready. */
async function started(program: string, args: string[], settings: Record<string, string> = {}) {
  const child = spawn(program, args, {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  let out = '';
  for await (const chunk of child.stdout) {
    out += chunk;
    if (/^\{.*\}$/m.test(out)) break;
  }
  const { MEDIA_API_URL: apiUrl = '' } = JSON.parse(/^\{"AWS.*\}$/m.exec(out)?.[0] ?? '{}');
  return { child, exit, apiUrl: apiUrl as string };
}

/** Runs a command of the command line to its end. */
async function run(...args: string[]): Promise<{ code: number; out: string }> {
  const child = spawn(process.execPath, [...MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { code, out: out + err };
}

const answers = (apiUrl: string) =>
  fetch(`${apiUrl}/api/media/health`).then(
    ({ status }) => status === 200,
    () => false,
  );

test('the API obeys the settings of the shell, as the functions do', async () => {
  const cloud = await started(process.execPath, [...MAIN, ...startOptions()], { MAX_IMAGE_BYTES: '1000' });
  try {
    const answer = await fetch(`${cloud.apiUrl}/api/media/uploads`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-development-identity': 'acme/ann' },
      body: JSON.stringify({ fileName: 'a.png', size: 1001 }),
    });
    expect([answer.status, await answer.json()]).toEqual([
      422,
      expect.objectContaining({ detail: 'Expected at most 1000 bytes, got 1001.' }),
    ]);
  } finally {
    cloud.child.kill('SIGTERM');
    await cloud.exit;
  }
}, 60_000);

test('a second start says which cloud runs, and stop stops it', async () => {
  const cloud = await started(process.execPath, [...MAIN, ...startOptions()]);
  try {
    const second = await run('start', '--directory', directory, '--no-console');
    expect(second.code).toBe(1);
    expect(second.out).toMatch(
      new RegExp(`^A local cloud is running already, as process ${cloud.child.pid} since \\d{4}-.*Z; `),
    );
    expect(second.out).toContain(`The job API: ${cloud.apiUrl}/api/media/jobs\nTo stop it: make stop`);
    expect(await answers(cloud.apiUrl)).toBe(true);
  } finally {
    const stopped = await run('stop', '--directory', directory);
    expect(stopped).toEqual({
      code: 0,
      out: `The local cloud, process ${cloud.child.pid}, has stopped.\n`,
    });
    expect(await cloud.exit).toEqual([0, null]);
  }
  expect(await run('stop', '--directory', directory)).toEqual({
    code: 0,
    out: `No local cloud is running in ${directory}.\n`,
  });
}, 120_000);

test('a port that another program uses is named', async () => {
  const other = createServer();
  const { port } = await new Promise<AddressInfo>((resolve) =>
    other.listen(0, '127.0.0.1', () => resolve(other.address() as AddressInfo)),
  );
  await expect(checkPorts({ storage: 0, api: port })).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(
      `^Expected port ${port} to be free for the api, .* make start PORTS=free$`,
    ),
  });
  other.close();
});

// On Linux only: there, a lock names its process.
test.each(['SIGTERM', 'SIGKILL'] as const)(
  'a cloud ends with the npm that started it, by %s',
  async (how) => {
    const cloud = await started('npm', ['run', '--silent', 'cli', '--', ...startOptions()]);
    try {
      cloud.child.kill(how);
      await cloud.exit;
      await until(async () => !lockHolder(directory) && !(await answers(cloud.apiUrl)));
    } finally {
      await run('stop', '--directory', directory);
    }
  },
  120_000,
);
