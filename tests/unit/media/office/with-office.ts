import { execFileSync } from 'node:child_process';
import { describe } from '@jest/globals';

function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program]);
    return true;
  } catch {
    return false;
  }
}

/** `describe` for tests that need LibreOffice; skipped, with a warning, where it is missing. */
export const withOffice = isInstalled('soffice') ? describe : describe.skip;
if (!isInstalled('soffice'))
  console.warn('SKIPPED: every test of LibreOffice, since soffice is not installed (make .office)');
