import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where errors are thrown, or given as the name of what others threw. */
const FOLDERS = ['base', 'media', 'core', 'contract', 'lambdas', 'tasks'];
const TABLE = join('base', 'errors.ts');

/** The errors whose name no file says but their own table: nothing throws them. */
export function unsaidErrors(names: readonly string[]): string[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  const sources = files
    .filter((file) => file.endsWith('.ts') && file !== TABLE)
    .map((file) => readFileSync(file, 'utf8'));
  return names.filter((name) => !sources.some((source) => source.includes(`'${name}'`)));
}
