import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Never part of the product: what is made, installed or written down. */
const LEFT_OUT = /^(?:\.git|\.local|node_modules|dist|out|docs|terraform)$/;

export interface Tree {
  folder: string;
  /** Runs a program in the tree; returns its exit code and what it printed. */
  run(program: string, ...args: string[]): Promise<{ code: number; lines: string[] }>;
  remove(): Promise<void>;
}

/** Copies the sources with their configuration, and plants files among them. */
export async function plantedTree(planted: Readonly<Record<string, string>>): Promise<Tree> {
  const root = resolve('.');
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'boundaries-'));
  await cp(root, folder, {
    recursive: true,
    filter: (path) => dirname(path) !== root || !LEFT_OUT.test(path.slice(root.length + 1)),
  });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [name, content] of Object.entries(planted)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return {
    folder,
    run: (program, ...args) => run(folder, program, args),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function run(cwd: string, program: string, args: string[]): Promise<{ code: number; lines: string[] }> {
  const path = `${join(cwd, 'node_modules', '.bin')}:${process.env.PATH}`;
  const env = { ...process.env, PATH: path, NO_COLOR: '1', NODE_OPTIONS: '' };
  return new Promise((resolve) =>
    execFile(program, args, { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, lines: `${stdout}${stderr}`.split('\n') }),
    ),
  );
}
