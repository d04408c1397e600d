import { mockedDeployment, whyNoTerraform } from './mocked-deployment.ts';
import { comparePermissions } from './permissions/compare.ts';

/**
 * Lists, for each function, each task and each state machine, every AWS action that its code can
 * call and its role allows, and fails if they differ. `make test` does the same.
 */
async function checkPermissions(): Promise<void> {
  const reason = whyNoTerraform();
  if (reason) {
    console.log(`SKIPPED: ${reason}`);
    return;
  }
  for (const { workload, called, missing, superfluous } of comparePermissions(await mockedDeployment())) {
    console.log(workload);
    for (const action of called)
      console.log(missing.includes(action) ? `  ${action}   MISSING` : `  ${action}`);
    for (const action of superfluous) console.log(`  ${action}   SUPERFLUOUS`);
    if (missing.length + superfluous.length > 0) process.exitCode = 1;
  }
}

await checkPermissions();
