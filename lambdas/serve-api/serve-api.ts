import { type Context, Hono } from 'hono';
import type { ApiDeps } from './api-deps.ts';
import { answerBody } from './http/answer-body.ts';
import { type Authorizer, type Identity, identify } from './http/identity.ts';
import { asProblem, forbidden, notFound, problemResponse } from './http/problem.ts';
import { readBody, readParts } from './http/read-request.ts';
import type { Route } from './http/route.ts';
import { ROUTES } from './routes/routes.ts';

/** API Gateway event received by Lambda; absent on the local cloud. */
interface Bindings {
  event?: { requestContext?: { authorizer?: Authorizer } };
}

type ApiContext = Context<{ Bindings: Bindings }>;
export type Api = Hono<{ Bindings: Bindings }>;

/** Creates the whole API, for Lambda (handler.ts), the local cloud (local/api.ts) and tests. */
export function createApp(deps: ApiDeps): Api {
  const app: Api = new Hono();
  for (const route of ROUTES) {
    app.on(route.method, route.path.replaceAll(/\{(\w+)\}/g, ':$1'), (context) =>
      answer(deps, route, context),
    );
  }
  // Preflight requests, which arrive without an identity. API Gateway adds the CORS headers, and a
  // browser requires a 2xx status.
  app.options('*', () => new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } }));
  app.notFound(() => problemResponse(notFound('route')));
  app.onError((error, { req: { method, path } }) => problemResponse(asProblem(error, { method, path })));
  return app;
}

async function answer(deps: ApiDeps, route: Route, context: ApiContext): Promise<Response> {
  const identity = callerOf(deps, route, context);
  const { params, query } = readParts(route, {
    params: context.req.param(),
    query: new URL(context.req.url).searchParams,
  });
  const body = route.body && (await readBody(route, context.req.raw));
  const { headers, signal } = context.req.raw;
  const {
    status,
    body: content,
    headers: extra,
  } = await route.handle(deps, { identity, params, query, body, headers, signal });
  const sent = new Headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...extra });
  if (content === undefined) return new Response(null, { status, headers: sent });
  const type = route.responses[status]?.contentType;
  const text = type ? String(content) : JSON.stringify(content);
  const { body: bytes, headers: coding } = await answerBody(text, context.req.header('accept-encoding'));
  sent.set('content-type', type ?? 'application/json');
  // Appended: a route may name request headers in Vary too.
  for (const [name, value] of Object.entries(coding)) sent.append(name, value);
  return new Response(bytes, { status, headers: sent });
}

function callerOf({ config }: ApiDeps, route: Route, context: ApiContext): Identity | undefined {
  if (route.access === 'anyone') return undefined;
  const authorizer = context.env?.event?.requestContext?.authorizer;
  const identity = identify(authorizer, context.req.header('x-development-identity'), config);
  if (route.access === 'operator' && identity.role !== 'operator')
    throw forbidden('This operation requires the operator role.');
  return identity;
}
