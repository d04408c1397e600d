import type { Route } from './route.ts';

/**
 * What API Gateway decides before the function is invoked. Terraform (terraform/api.tf, by
 * product.json) and the local gateway (local/http/gateway.ts) read the same table.
 */
export interface GatewayTable {
  /** Keys of the routes without an authorizer, such as `GET /api/media/health`. */
  openRoutes: string[];
  /**
   * Key of the route for preflight requests, which have no credentials, where web origins are
   * allowed. `$default` would answer them with its authorizer's 401:
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
   */
  preflightRoute: string;
  cors: {
    allowMethods: string[];
    allowHeaders: string[];
    exposeHeaders: string[];
    /** Seconds. */
    maxAge: number;
  };
}

/** Derives the table from the routes, so that it opens exactly what OpenAPI calls open. */
export function gatewayTable(routes: readonly Route[]): GatewayTable {
  const headers = routes.flatMap((route) => Object.keys(route.headers ?? {}));
  return {
    openRoutes: routes.filter(({ access }) => access === 'anyone').map(keyOf),
    preflightRoute: 'OPTIONS /{proxy+}',
    cors: {
      allowMethods: [...new Set(routes.map(({ method }) => method.toUpperCase()))].sort(),
      allowHeaders: lowerCase(['authorization', 'content-type', ...headers]),
      // For retries and conditional requests.
      exposeHeaders: ['etag', 'retry-after'],
      maxAge: 3600,
    },
  };
}

const keyOf = ({ method, path }: Route) => `${method.toUpperCase()} ${path}`;
const lowerCase = (names: string[]) => [...new Set(names.map((name) => name.toLowerCase()))].sort();
