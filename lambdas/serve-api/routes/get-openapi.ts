import * as z from 'zod';
import { openApiDocument } from '../openapi.ts';
import { type Route, route } from '../route.ts';

export const getOpenApi = (routes: () => readonly Route[]) =>
  route({
    method: 'get',
    path: '/api/media/openapi.json',
    operationId: 'getOpenApi',
    summary: 'This document',
    access: 'anyone',
    responses: { 200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.string() }) } },
    async handle() {
      return { status: 200, body: openApiDocument(routes()) };
    },
  });
