import * as z from 'zod';
import { openApiDocument } from '../http/openapi.ts';
import { type Route, route } from '../http/route.ts';

/** The document of all routes, this one too; made once, since they never change. */
export function getOpenApi(routes: () => readonly Route[]): Route {
  let document: object | undefined;
  return route({
    method: 'get',
    path: '/api/media/openapi.json',
    operationId: 'getOpenApi',
    summary: 'This document',
    access: 'anyone',
    responses: { 200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.string() }) } },
    async handle() {
      document ??= openApiDocument(routes());
      return { status: 200, body: document };
    },
  });
}
