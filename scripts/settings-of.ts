import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SETTINGS, type SettingName } from '../base/config.ts';
import type { Workload } from './build/workloads.ts';

/** What core/entry/task-main.ts reads for every task. */
const OF_ALL_TASKS: readonly SettingName[] = ['JOB_TABLE', 'OUTPUT_BUCKET', 'TASK_HEARTBEAT_SECONDS'];

/** The settings that a Lambda or task reads: the SETTINGS that a file of its folder exports; a task may need none of its own. */
export async function settingsOf({ kind, name }: Pick<Workload, 'kind' | 'name'>): Promise<SettingName[]> {
  const folder = `${kind}/${name}`;
  for (const file of (await readdir(folder)).filter((file) => file.endsWith('.ts'))) {
    const source = await readFile(`${folder}/${file}`, 'utf8');
    if (!/^export const SETTINGS\b/m.test(source)) continue;
    const { SETTINGS: own } = (await import(resolve(folder, file))) as { SETTINGS: readonly SettingName[] };
    return [...new Set([...(kind === 'tasks' ? OF_ALL_TASKS : []), ...own])];
  }
  if (kind === 'tasks') return [...OF_ALL_TASKS];
  throw new Error(`Expected a file of ${folder} to export SETTINGS`);
}

export function hasDefault(name: SettingName): boolean {
  return SETTINGS[name].safeParse(undefined).success;
}
