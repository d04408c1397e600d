import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildConsole } from '../../../console/build.ts';
import { serveApi } from '../../../local/api.ts';
import { serveConsole } from '../../../local/console.ts';
import { productEnvironment } from '../../../local/resources.ts';
import { startPipeline } from '../../support/pipeline.ts';

/** The product on the local cloud with its API, and the console as it is deployed: built, and under its security headers. */
export async function startSite() {
  const built = await mkdtemp(join(tmpdir(), 'console-'));
  const [pipeline] = await Promise.all([startPipeline(), buildConsole(built)]);
  const api = await serveApi({ ...productEnvironment(pipeline.cloud.urls.storage) });
  const page = await serveConsole({ apiUrl: api.url, directory: built });
  return {
    pipeline,
    /** Where the built files are. */
    built,
    api,
    url: page.url,
    stop: async () => {
      await page.close();
      await api.close();
      await pipeline.stop();
      await rm(built, { recursive: true, force: true });
    },
  };
}
