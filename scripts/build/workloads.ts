import { existsSync, readdirSync } from 'node:fs';

/** Architectures by Lambda's name, mapped to npm's. */
export const ARCHITECTURES = { arm64: 'arm64', x86_64: 'x64' } as const;
export type Architecture = keyof typeof ARCHITECTURES;

export interface Workload {
  kind: 'lambdas' | 'tasks';
  /** Folder in `lambdas/` or `tasks/`. */
  name: string;
  entry: string;
}

/** Returns every Lambda and Fargate task: the folders with an entry point. */
export function workloads(): Workload[] {
  return [...found('lambdas', 'handler.ts'), ...found('tasks', 'main.ts')];
}

/** Returns the architectures to build for; by default Graviton and this machine's own. */
export function buildArchitectures(wanted: readonly string[]): Architecture[] {
  const all = Object.keys(ARCHITECTURES) as Architecture[];
  const unknown = wanted.filter((name) => !(name in ARCHITECTURES));
  if (unknown.length > 0)
    throw new Error(`Expected an architecture of ${all.join(', ')}; got ${unknown.join(', ')}`);
  const chosen = wanted.length > 0 ? wanted : ['arm64', hostArchitecture()];
  return all.filter((name) => chosen.includes(name));
}

export function hostArchitecture(): Architecture | undefined {
  return (Object.keys(ARCHITECTURES) as Architecture[]).find((name) => ARCHITECTURES[name] === process.arch);
}

function found(kind: Workload['kind'], file: string): Workload[] {
  if (!existsSync(kind)) return [];
  return readdirSync(kind)
    .sort()
    .map((name) => ({ kind, name, entry: `${kind}/${name}/${file}` }))
    .filter(({ entry }) => existsSync(entry));
}
