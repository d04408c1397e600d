import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';
import type { Deployment } from './deployment.ts';
import { invokeApi } from './invoke-api.ts';
import { outputKeys, type Row, rowsOf, upload } from './pipeline.ts';
import { expectThat, type Report } from './report.ts';
import type { Upload } from './uploads.ts';

/** The longest that one small image may take, in milliseconds. */
const PATIENCE = 180_000;

/**
 * Checks that an upload gets the outputs of the profile that it names, and that a preview shows them.
 * Deletes the profile again.
 */
export async function checkProfiles(
  deployment: Deployment,
  report: Report,
  { tenant, photo }: { tenant: string; photo: Upload },
): Promise<void> {
  await report.check('an upload gets the profile that it names', async () => {
    const path = `/api/media/profiles/${tenant}`;
    const tile = { name: 'tile', format: 'png', fit: 'cover', width: 64, height: 64 };
    const document = { ...DEFAULT_PROFILE, title: 'Smoke test', image: { outputs: [tile] } };
    await invokeApi(deployment, path, { method: 'PUT', body: { document, tenants: [tenant] } });
    try {
      const key = `tenants/${tenant}/users/smoke/media/profiled.jpg`;
      await upload(deployment, { key, body: photo.body, metadata: { profile: tenant } });
      const { status, error, jobId } = await ended(deployment, tenant, key);
      expectThat(status === 'COMPLETED', `expected COMPLETED, got ${status}: ${error?.message}`);
      const prefix = `tenants/${tenant}/users/smoke/media/processed/profiled_`;
      const made = (await outputKeys(deployment, prefix)).map((output) => output.slice(prefix.length));
      const expected = ['manifest.json', 'metadata.json', 'tile.png'];
      expectThat(
        JSON.stringify(made.sort()) === JSON.stringify(expected),
        `expected ${expected.join(', ')}, got ${made.join(', ')}`,
      );
      const preview = { method: 'POST', body: { jobId, document } } as const;
      const answer = JSON.parse(await invokeApi(deployment, '/api/media/profiles/preview', preview));
      const shown = answer.outputs.map(({ name }: { name: string }) => name).join(', ');
      expectThat(shown === 'tile.png', `expected a preview of tile.png, got ${shown}`);
    } finally {
      await invokeApi(deployment, path, { method: 'DELETE' });
    }
  });
}

async function ended(deployment: Deployment, tenant: string, key: string): Promise<Row> {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await sleep(1000)) {
    const job = (await rowsOf(deployment, tenant)).find((row) => row.key === key);
    if (job && job.status !== 'PROCESSING') return job;
  }
  throw new Error(`The job of ${key} did not end within ${PATIENCE / 1000} s`);
}
