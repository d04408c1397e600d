import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { GatewayTable } from '../../lambdas/serve-api/http/gateway-table.ts';
import { intercept } from './middleware.ts';

export interface Gateway {
  /** Keys of the routes without an authorizer. Every other request takes `$default`, with one. */
  openRoutes: readonly string[];
  cors: GatewayTable['cors'];
  /** Returns true if the authorizer lets the request in. */
  isAuthorized: (request: IncomingMessage) => boolean;
}

/**
 * Puts a stand-in of API Gateway in front of the API: the JWT authorizer answers first, and
 * preflight requests need a route of their own. Like API Gateway, it adds the CORS headers to the
 * integration's responses only:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function putGatewayBefore(server: Server, { openRoutes, cors, isAuthorized }: Gateway): void {
  const open = openRoutes.map(patternOf);
  intercept(server, (request, response, next) => {
    const [path] = (request.url ?? '/').split('?');
    const isOpen = open.some((pattern) => pattern.test(`${request.method} ${path}`));
    if (!isOpen && !isAuthorized(request)) return refuse(request, response);
    if (request.headers.origin) addCorsHeaders(request, response, cors);
    next();
  });
}

/** Converts a route key such as `GET /jobs/{jobId}` or `OPTIONS /{proxy+}`. */
function patternOf(routeKey: string): RegExp {
  const escaped = routeKey.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll(/\{\w+\\\+\}/g, '.+').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

/**
 * Answers as the JWT authorizer does:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
function refuse(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Bearer' });
  response.end('{"message":"Unauthorized"}');
}

function addCorsHeaders(request: IncomingMessage, response: ServerResponse, cors: GatewayTable['cors']) {
  response.setHeader('access-control-allow-origin', String(request.headers.origin));
  response.setHeader('access-control-expose-headers', cors.exposeHeaders.join(','));
  if (request.method !== 'OPTIONS' || !request.headers['access-control-request-method']) return;
  response.setHeader('access-control-allow-methods', cors.allowMethods.join(','));
  response.setHeader('access-control-allow-headers', cors.allowHeaders.join(','));
  response.setHeader('access-control-max-age', String(cors.maxAge));
}
