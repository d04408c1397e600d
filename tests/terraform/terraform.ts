import { describe } from '@jest/globals';
import { whyNoTerraform } from '../../scripts/mocked-deployment.ts';

const reason = whyNoTerraform();

/** `describe`, for tests that need Terraform and its provider; where this machine has none they are skipped, with the reason in their title. */
export function describeWithTerraform(title: string, tests: () => void): void {
  if (reason === undefined) {
    describe(title, tests);
    return;
  }
  // Not console.warn, which a quiet reporter drops.
  process.stderr.write(`SKIPPED: tests of ${title}: ${reason}\n`);
  describe.skip(`${title} (skipped: ${reason})`, tests);
}

/** Several seconds of planning, on a busy machine many. */
export const PATIENCE = 300_000;
