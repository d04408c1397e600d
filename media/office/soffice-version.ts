import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sofficeEnvironment } from './run-soffice.ts';

/** Returns LibreOffice's version, `7.4.7.2`; `unknown` if it does not tell. `directory`: empty, for its profile. */
export async function sofficeVersion(directory: string): Promise<string> {
  const env = sofficeEnvironment(directory);
  const { stdout } = await promisify(execFile)('soffice', ['--version'], { env }).catch(() => ({
    stdout: '',
  }));
  return /^LibreOffice (\S+)/m.exec(stdout)?.[1] ?? 'unknown';
}
