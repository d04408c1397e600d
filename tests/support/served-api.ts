import { serveApi } from '../../local/api.ts';
import { productEnvironment } from '../../local/resources.ts';
import { startApi } from './job-api.ts';

/** The pipeline with the API before it, as startApi, and a server of the API with these settings. */
export async function startServedApi(
  options: Parameters<typeof startApi>[0] = {},
  settings: Record<string, string> = {},
) {
  const api = await startApi(options);
  const server = await serveApi({ ...productEnvironment(api.cloud.urls.storage), ...settings });
  return {
    ...api,
    url: server.url,
    stop: async () => {
      await server.close();
      await api.stop();
    },
  };
}
export type ServedApi = Awaited<ReturnType<typeof startServedApi>>;
