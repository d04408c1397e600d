import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { gatewayTable } from '../lambdas/serve-api/http/gateway-table.ts';
import { openApiDeps } from '../lambdas/serve-api/open-api-deps.ts';
import { ROUTES } from '../lambdas/serve-api/routes/routes.ts';
import { createApp } from '../lambdas/serve-api/serve-api.ts';
import { refuseOtherPages } from './http/cors.ts';
import { putGatewayBefore } from './http/gateway.ts';
import { type Listening, listen } from './http/listen.ts';
import { intercept } from './http/middleware.ts';

const LOCAL_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;
/** Stands for the credentials that API Gateway verifies. */
const IDENTITY = 'x-development-identity';

/**
 * Serves the job API locally, behind a stand-in of API Gateway: callers identify themselves with
 * X-Development-Identity. `environment` holds the endpoints and settings of the local cloud; the
 * SDK reads the endpoints from process.env, where startProduct has set them.
 */
export async function serveApi(
  environment: Readonly<Record<string, string | undefined>>,
  port = 0,
): Promise<Listening> {
  const app = createApp(openApiDeps({ ...environment, ALLOW_DEVELOPMENT_IDENTITY: 'true' }));
  const server = createAdaptorServer({ fetch: (request) => app.fetch(request) }) as Server;
  const { openRoutes, preflightRoute, cors } = gatewayTable(ROUTES);
  putGatewayBefore(server, {
    openRoutes: [...openRoutes, preflightRoute],
    cors: { ...cors, allowHeaders: [...cors.allowHeaders, IDENTITY] },
    isAuthorized: ({ headers }) => Boolean(headers[IDENTITY]),
  });
  refuseOtherPages(server);
  refuseOtherHosts(server);
  return listen(server, port);
}

/**
 * Rejects requests for other hosts. With DNS rebinding, a page of another site would be same-origin
 * with this API.
 */
function refuseOtherHosts(server: Server): void {
  intercept(server, (request, response, next) => {
    if (LOCAL_HOST.test(request.headers.host ?? '')) return next();
    response.writeHead(421).end();
  });
}
