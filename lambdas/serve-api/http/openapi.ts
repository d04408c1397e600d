import * as z from 'zod';
import { PROBLEM } from '../../../contract/job-api.ts';
import type { ResponseSpec, Route } from './route.ts';

type Json = Record<string, unknown>;

const PROBLEMS: Record<number, string> = {
  400: 'The request does not match this document; `errors` lists the problems.',
  401: 'The caller is not authenticated.',
  403: 'The caller is not allowed to do this.',
  404: 'The resource does not exist or belongs to another tenant.',
  406: 'The response is too large to be sent uncompressed: send `Accept-Encoding: gzip`.',
  409: "The job's status does not allow this.",
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  422: 'The request is well formed, but asks for something that cannot be done.',
  500: 'The request failed; see the log for the reason.',
  503: 'A service that the API depends on is busy or down; retry after `Retry-After`.',
};

/** Builds the OpenAPI 3.1 document from the same schemas that validate requests. */
export function openApiDocument(routes: readonly Route[]): Json {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    (paths[route.path] as Json)[route.method] = operation(route, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Media pipeline',
      version: '1',
      description: 'Jobs, uploads and operations of the media pipeline.',
    },
    paths,
    components: {
      schemas,
      securitySchemes: {
        jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        developmentIdentity: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Development-Identity',
          description: 'Local cloud only: TENANT, TENANT/USER or operator.',
        },
      },
    },
  };
}

function operation(route: Route, schemas: Json): Json {
  const { operationId, summary, description, access } = route;
  const open = access === 'anyone';
  const parameters = [
    ...parametersOf(route.params, 'path', schemas),
    ...parametersOf(route.query, 'query', schemas),
    ...Object.entries(route.headers ?? {}).map(([name, text]) => ({
      name,
      in: 'header',
      description: text,
      schema: { type: 'string' },
    })),
  ];
  return {
    operationId,
    summary: access === 'operator' ? `${summary} (operators only)` : summary,
    ...(description && { description }),
    ...(open ? {} : { security: [{ jwt: [] }, { developmentIdentity: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && {
      requestBody: { content: { 'application/json': { schema: inline(route.body, 'input', schemas) } } },
    }),
    responses: Object.fromEntries([
      ...Object.entries(route.responses).map(([status, spec]) => [status, response(spec, schemas)]),
      ...problemsOf(route).map((status) => [status, problem(PROBLEMS[status] ?? '', schemas)]),
    ]),
  };
}

function problemsOf({ access, body, problems = [] }: Route): number[] {
  return [
    400,
    ...(access === 'anyone' ? [] : [401, 403]),
    ...(body ? [413, 415] : []),
    ...problems,
    500,
    503,
  ];
}

function response(spec: ResponseSpec, schemas: Json): Json {
  const { description, schema, contentType = 'application/json', headers = {} } = spec;
  return {
    description,
    ...(schema && { content: { [contentType]: { schema: inline(schema, 'output', schemas) } } }),
    ...(Object.keys(headers).length > 0 && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [
          name,
          { description: text, schema: { type: 'string' } },
        ]),
      ),
    }),
  };
}

function problem(description: string, schemas: Json): Json {
  return {
    description,
    content: { 'application/problem+json': { schema: inline(PROBLEM, 'output', schemas) } },
  };
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query', schemas: Json): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = inline(schema, 'input', schemas) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: rest,
  }));
}

/** Converts a schema to JSON Schema; moves schemas that have an `id` to the components. */
function inline(schema: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const { $schema: _dialect, $defs = {}, id, ...json } = move(z.toJSONSchema(schema, { io }) as Json);
  for (const [name, definition] of Object.entries($defs as Record<string, Json>)) {
    const { id: _id, ...rest } = definition;
    schemas[name] = rest;
  }
  if (typeof id !== 'string') return json;
  schemas[id] = json;
  return { $ref: `#/components/schemas/${id}` };
}

const move = (json: Json): Json =>
  JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
