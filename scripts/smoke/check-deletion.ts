import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from './deployment.ts';
import { outputKeys, type Row, removeUpload } from './pipeline.ts';
import { expectThat, type Report } from './report.ts';
import type { Upload } from './uploads.ts';

/** Checks that deleting an upload deletes its outputs, and no others. */
export async function checkDeletion(
  deployment: Deployment,
  report: Report,
  { uploads, jobs }: { uploads: readonly Upload[]; jobs: ReadonlyMap<string, Row> },
): Promise<void> {
  const [deleted, kept] = uploads.filter(({ key }) => jobs.get(key)?.status === 'COMPLETED');
  if (!deleted || !kept) return;
  await report.check('deleting an upload deletes its outputs', async () => {
    await removeUpload(deployment, deleted, 'marker');
    if (!(await waitUntilGone(deployment, deleted, 30))) {
      // Emulators may send no event for a delete marker; then removing the last version must work.
      await removeUpload(deployment, deleted, 'versions');
      expectThat(await waitUntilGone(deployment, deleted, 120), `outputs of ${deleted.key} still exist`);
    }
    expectThat((await outputsOf(deployment, kept)).length > 0, `the outputs of ${kept.key} were deleted too`);
  });
}

async function waitUntilGone(deployment: Deployment, upload: Upload, seconds: number): Promise<boolean> {
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(1000))
    if ((await outputsOf(deployment, upload)).length === 0) return true;
  return false;
}

function outputsOf(deployment: Deployment, { key }: Upload): Promise<string[]> {
  const [folder, file = ''] = [key.slice(0, key.lastIndexOf('/')), key.split('/').at(-1)];
  return outputKeys(deployment, `${folder}/processed/${file.slice(0, file.lastIndexOf('.'))}_`);
}
