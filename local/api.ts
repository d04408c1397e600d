import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { openApiDeps } from '../lambdas/serve-api/open-api-deps.ts';
import { createApp } from '../lambdas/serve-api/serve-api.ts';
import { allowLocalPages } from './http/cors.ts';
import { type Listening, listen } from './http/listen.ts';
import { intercept } from './http/middleware.ts';

const LOCAL_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

/**
 * Serves the job API on this machine, without API Gateway: who calls says so by X-Development-Identity. `environment` is that of the
 * local cloud's product (endpoints and settings); the SDK finds the endpoints in process.env, where startProduct has put them.
 */
export async function serveApi(
  environment: Readonly<Record<string, string | undefined>>,
  port = 0,
): Promise<Listening> {
  const app = createApp(openApiDeps({ ...environment, ALLOW_DEVELOPMENT_IDENTITY: 'true' }));
  const server = createAdaptorServer({ fetch: (request) => app.fetch(request) }) as Server;
  allowLocalPages(server);
  refuseOtherHosts(server);
  return listen(server, port);
}

/** A page of another site whose name was pointed at 127.0.0.1 after it was loaded would be same-origin with this API. */
function refuseOtherHosts(server: Server): void {
  intercept(server, (request, response, next) => {
    if (LOCAL_HOST.test(request.headers.host ?? '')) return next();
    response.writeHead(421).end();
  });
}
