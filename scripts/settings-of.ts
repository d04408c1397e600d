import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SETTINGS, type SettingName } from '../base/config.ts';
import { TASK_SETTINGS } from '../core/entry/task-main.ts';
import type { Workload } from './build/workloads.ts';

/** The settings that a Lambda or task reads: the SETTINGS that a file of its folder exports; a task may need none of its own. */
export async function settingsOf({ kind, name }: Pick<Workload, 'kind' | 'name'>): Promise<SettingName[]> {
  const folder = `${kind}/${name}`;
  for (const file of (await readdir(folder)).filter((file) => file.endsWith('.ts'))) {
    const source = await readFile(`${folder}/${file}`, 'utf8');
    if (!/^export const SETTINGS\b/m.test(source)) continue;
    const { SETTINGS: own } = (await import(resolve(folder, file))) as { SETTINGS: readonly SettingName[] };
    return [...new Set([...(kind === 'tasks' ? TASK_SETTINGS : []), ...own])];
  }
  if (kind === 'tasks') return [...TASK_SETTINGS];
  throw new Error(`Expected a file of ${folder} to export SETTINGS`);
}

export function hasDefault(name: SettingName): boolean {
  return SETTINGS[name].safeParse(undefined).success;
}
