import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

/** Runs the check with programs that end as told, instead of the real ones. */
async function check(ends: Record<'biome' | 'knip' | 'node' | 'tsc', number>) {
  const folder = await mkdtemp(join(tmpdir(), 'check-'));
  for (const [name, code] of Object.entries(ends)) {
    await writeFile(join(folder, name), `#!/bin/sh\necho "${name} has its say"\nexit ${code}\n`);
    await chmod(join(folder, name), 0o755);
  }
  const args = ['--disable-warning=ExperimentalWarning', resolve('scripts/check.ts')];
  const options = { env: { PATH: `${folder}:/usr/bin:/bin` } };
  const end = await new Promise<{ code: number; output: string }>((done) =>
    execFile(process.execPath, args, options, (error, stdout) =>
      done({ code: error ? Number(error.code) : 0, output: stdout }),
    ),
  );
  await rm(folder, { recursive: true, force: true });
  return end;
}

test('the check names every failure, with what the tool said, and fails', async () => {
  const { code, output } = await check({ biome: 1, knip: 0, node: 2, tsc: 0 });
  expect(code).toBe(1);
  expect(output).toContain('biome ci .\nbiome has its say');
  expect(output).toContain('scripts/check-imports.ts\nnode has its say');
  expect(output).not.toContain('tsc has its say');
  const [, failed] = /^Failed: (.*)$/m.exec(output) ?? [];
  expect(failed?.split(', ').sort()).toEqual(['folder sizes', 'format and lint', 'import rules']);
});

test('the check passes where every tool does', async () => {
  const { code, output } = await check({ biome: 0, knip: 0, node: 0, tsc: 0 });
  expect(code).toBe(0);
  expect(output.match(/^ok /gm)).toHaveLength(7);
});
