import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { MediaError } from '../../../../base/errors.ts';
import { boundToParent, type Supervision, supervise } from '../../../../media/process/process-group.ts';
import { gone } from '../../../support/processes.ts';

/** A shell that leads a group, with a child of its own whose process id it writes down. */
async function setup(script: string, supervision: Partial<Supervision> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'group-'));
  const stop = new AbortController();
  const child = spawn('bash', ['-c', `sleep 300 & echo $! > pid; ${script}`], {
    cwd: directory,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.resume();
  const outcome = supervise(child, { timeoutSeconds: 60, signal: stop.signal, ...supervision });
  while (!existsSync(join(directory, 'pid')) || !readFileSync(join(directory, 'pid'), 'utf8'))
    await sleep(10);
  const grandchild = Number(await readFile(join(directory, 'pid'), 'utf8'));
  return { outcome, stop, grandchild, pid: child.pid ?? 0 };
}

describe('a supervised program', () => {
  test('that ends by itself takes what it started with it', async () => {
    const { outcome, grandchild } = await setup('echo oh dear >&2; exit 3');
    expect(await outcome).toEqual({ code: 3, signal: null, log: 'oh dear\n' });
    await gone(grandchild);
  });

  test.each([
    ['for an unnamed reason', undefined, 'Interrupted'],
    ['because nobody waits any more', new MediaError('Superseded', 'Nobody waits.'), 'Superseded'],
  ])('that is stopped %s ends with its whole group', async (_label, reason, name) => {
    const { outcome, stop, pid, grandchild } = await setup('wait');
    stop.abort(reason);
    const { stopped, signal } = await outcome;
    expect([stopped?.name, signal]).toEqual([name, 'SIGTERM']);
    await gone(pid, grandchild);
  });

  test('that does not listen is killed', async () => {
    const script = 'trap "" TERM; while true; do sleep 0.05; done';
    const { outcome, stop, pid, grandchild } = await setup(script, { graceSeconds: 0.3 });
    stop.abort();
    const { stopped, signal } = await outcome;
    expect([stopped?.name, signal]).toEqual(['Interrupted', 'SIGKILL']);
    await gone(pid, grandchild);
  });

  test('that takes too long is stopped by the watchdog', async () => {
    const { outcome, grandchild } = await setup('wait', { timeoutSeconds: 0.5 });
    expect((await outcome).stopped?.name).toBe('TimedOut');
    await gone(grandchild);
  });

  test('of whose complaints only the end is kept', async () => {
    const { outcome } = await setup('for i in $(seq 5000); do echo "line $i" >&2; done; exit 0');
    const { log } = await outcome;
    expect(log.length).toBe(8192);
    expect(log.endsWith('line 5000\n')).toBe(true);
  });
});

test('a program dies with the process that started it, even if that is killed without a word', async () => {
  const [program, args] = boundToParent('sleep', ['300']);
  if (program === 'sleep') return; // No util-linux here: see boundToParent.
  const script = `const c = require('node:child_process').spawn(...${JSON.stringify([program, args])}, { detached: true }); console.log(c.pid); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['-e', script]);
  const [chunk] = await once(parent.stdout, 'data');
  const pid = Number(chunk);
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  parent.kill('SIGKILL');
  await gone(pid);
});
