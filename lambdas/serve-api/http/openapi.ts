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
  504: 'It takes longer than a request may last.',
};

const DESCRIPTION = `Jobs, uploads and operations of the media pipeline.

**Who may do what.** The tenant is the boundary: the users of a tenant share its jobs, and nothing of another tenant exists for them (404).

| | own | another user's | another tenant's |
| --- | --- | --- | --- |
| list and read jobs, outputs, statistics | yes | yes | no |
| retry, redrive, cancel a job | yes | yes | no |
| submit an upload that is in S3 (\`process-s3-event\`) | yes | yes | no |
| create, continue, complete, abort an upload | yes | no | no |
| redrive or discard dead letters | no | no | no |
| create, edit, preview or delete a profile | no | no | no |

A token without the user claim belongs to a service of the tenant: it also uploads for any user of the tenant, whom it names in \`user\`. Operators may do everything, and name tenant and user when they upload.

**Claims.** Tenant, user and role are read from the claims that API_TENANT_CLAIM, API_USER_CLAIM and API_ROLE_CLAIM name. A user claim other than 1 to 64 letters, digits, _ or - becomes the user \`sub-\` followed by the first 56 hexadecimal digits of its SHA-256 hash. The role claim must be exactly API_OPERATOR_ROLE, or a list with it as an element. API Gateway renders a list as \`[a b]\`, in which an element cannot be told from a word of one: a role claim with several values makes nobody an operator, so give operators a claim with one value.`;

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
      description: DESCRIPTION,
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
