import { readFile } from 'node:fs/promises';
import { UsageError } from './command.ts';

/** Reads a JSON file. Throws `UsageError` if there is none. */
export async function documentIn(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`Cannot read ${file}: ${error.message}`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`Expected JSON in ${file}: ${(error as Error).message}`);
  }
}
