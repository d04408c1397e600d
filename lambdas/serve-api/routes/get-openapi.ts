import * as z from 'zod';
import { openApiDocument } from '../http/openapi.ts';
import { type Route, route } from '../http/route.ts';

/**
 * Serves the OpenAPI document of all routes, including this one. It is built once, since routes
 * never change.
 */
export function getOpenApi(routes: () => readonly Route[]): Route {
  let document: object | undefined;
  return route({
    method: 'get',
    path: '/api/media/openapi.json',
    operationId: 'getOpenApi',
    summary: 'Get this OpenAPI document',
    access: 'anyone',
    responses: {
      200: { description: 'The OpenAPI 3.1 document', schema: z.looseObject({ openapi: z.string() }) },
    },
    async handle() {
      document ??= openApiDocument(routes());
      return { status: 200, body: document };
    },
  });
}
