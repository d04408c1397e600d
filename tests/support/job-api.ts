import { parseWorkOrder, type WorkOrder, type WorkResult } from '../../contract/work-order.ts';
import type { ApiDeps } from '../../lambdas/serve-api/api-deps.ts';
import { openApiDeps } from '../../lambdas/serve-api/open-api-deps.ts';
import { createApp } from '../../lambdas/serve-api/serve-api.ts';
import type { CloudOptions } from '../../local/cloud.ts';
import { loadFunctions } from '../../local/product.ts';
import { productEnvironment } from '../../local/resources.ts';
import { startPipeline } from './pipeline.ts';

export interface Call {
  /** `tenant/user`, `operator`, or null for nobody. */
  as?: string | null;
  /** Claims of a token, as API Gateway passes them on after it has verified the token; instead of `as`. */
  claims?: Record<string, unknown> | undefined;
  body?: unknown;
  headers?: Record<string, string>;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
type Body = any;
type Worker = (order: WorkOrder) => Promise<WorkResult>;

/** The pipeline with the API before it; `work` stands for the work state of images, so that a test decides how it ends. */
export async function startApi(
  { work, settings = {} }: { work?: Worker; settings?: Record<string, string> } = {},
  options: Partial<CloudOptions> = {},
) {
  const pipeline = await startPipeline({
    functions: async (environment) => {
      const handlers = await loadFunctions(environment);
      return work
        ? { ...handlers, 'process-image': (payload: unknown) => work(parseWorkOrder(payload)) }
        : handlers;
    },
    ...options,
  });
  const deps = openApiDeps({
    ...productEnvironment(pipeline.cloud.urls.storage),
    ALLOW_DEVELOPMENT_IDENTITY: 'true',
    ...settings,
  });
  return { ...pipeline, deps, ...callerOf(deps) };
}
export type JobApi = Awaited<ReturnType<typeof startApi>>;

/** Calls the API as its users do, without a network between. */
export function callerOf(deps: ApiDeps) {
  const app = createApp(deps);
  const call = async (
    method: string,
    path: string,
    { as = 'acme/ann', claims, body, headers = {} }: Call = {},
  ) => {
    const request = {
      method,
      headers: {
        ...(as !== null && !claims && { 'x-development-identity': as }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    };
    const environment = claims && { event: { requestContext: { authorizer: { jwt: { claims } } } } };
    const response = await app.request(path, request, environment);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text && isJson(response) ? JSON.parse(text) : text || undefined) as Body,
    };
  };
  return { app, call };
}

const isJson = ({ headers }: Response) => /[/+]json$/.test(headers.get('content-type') ?? '');
