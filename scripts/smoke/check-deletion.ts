import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from './deployment.ts';
import { outputKeys, type Row, removeUpload } from './pipeline.ts';
import { expectThat, type Report } from './report.ts';
import type { Upload } from './uploads.ts';

const PATIENCE_MILLISECONDS = 120_000;

/** A deleted upload takes its outputs with it, and only its own. */
export async function checkDeletion(
  deployment: Deployment,
  report: Report,
  { uploads, jobs }: { uploads: readonly Upload[]; jobs: ReadonlyMap<string, Row> },
): Promise<void> {
  const [deleted, kept] = uploads.filter(({ key }) => jobs.get(key)?.status === 'COMPLETED');
  if (!deleted || !kept) return;
  await report.check('a deleted upload takes its outputs with it', async () => {
    await removeUpload(deployment, deleted);
    const deadline = Date.now() + PATIENCE_MILLISECONDS;
    while ((await outputsOf(deployment, deleted)).length > 0) {
      expectThat(Date.now() < deadline, `outputs of ${deleted.key} are still there`);
      await sleep(1000);
    }
    expectThat((await outputsOf(deployment, kept)).length > 0, `the outputs of ${kept.key} went too`);
  });
}

function outputsOf(deployment: Deployment, { key }: Upload): Promise<string[]> {
  const [folder, file = ''] = [key.slice(0, key.lastIndexOf('/')), key.split('/').at(-1)];
  return outputKeys(deployment, `${folder}/processed/${file.slice(0, file.lastIndexOf('.'))}_`);
}
