import { readdir, readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { SETTINGS, type SettingName } from '../base/config.ts';
import { TASK_SETTINGS } from '../core/entry/task-main.ts';
import type { Workload } from './build/workloads.ts';

/**
 * Returns the settings that a Lambda or task reads: the SETTINGS exported by a file of its folder,
 * in addition to those that every task reads. Throws if the program reads settings and no file
 * exports them: it would be deployed without.
 */
export async function settingsOf({ kind, name, entry }: Workload): Promise<SettingName[]> {
  const ofAll = kind === 'tasks' ? TASK_SETTINGS : [];
  const folder = `${kind}/${name}`;
  for (const file of (await readdir(folder)).filter((file) => file.endsWith('.ts'))) {
    // Importing an entry point would run it.
    if (file === basename(entry)) continue;
    const module = (await import(resolve(folder, file))) as { SETTINGS?: readonly SettingName[] };
    if (module.SETTINGS) return [...new Set([...ofAll, ...module.SETTINGS])];
  }
  if (kind === 'tasks' && !(await readFile(entry, 'utf8')).includes('readConfig')) return [...ofAll];
  throw new Error(`Expected a file of ${folder} to export SETTINGS`);
}

export function hasDefault(name: SettingName): boolean {
  return SETTINGS[name].safeParse(undefined).success;
}
