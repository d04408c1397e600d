import type * as z from 'zod';
import type { ApiDeps } from '../api-deps.ts';
import type { Identity } from './identity.ts';

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface ResponseSpec {
  description: string;
  /** Absent: no body. */
  schema?: z.ZodType;
  /** Default: JSON. With any other type, the body is sent as text. */
  contentType?: string;
  headers?: Record<string, string>;
}

/** Statuses with a problem document, besides those that every route may return. */
type ProblemStatus = 404 | 406 | 409 | 422 | 504;

interface Spec<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Access extends 'anyone' | 'caller' | 'operator',
> {
  method: 'get' | 'post' | 'put' | 'delete';
  /** Path in OpenAPI notation: `/api/media/jobs/{jobId}`. */
  path: string;
  operationId: string;
  summary: string;
  description?: string;
  access: Access;
  params?: Params;
  query?: Query;
  body?: Body;
  /** Limit for the request body in bytes. */
  maxBody?: number;
  headers?: Record<string, string>;
  responses: Record<number, ResponseSpec>;
  problems?: readonly ProblemStatus[];
  handle: (
    deps: ApiDeps,
    request: {
      identity: Access extends 'anyone' ? undefined : Identity;
      params: z.output<Params>;
      query: z.output<Query>;
      body: z.output<Body>;
      headers: Headers;
      /** Aborted when the client goes away, where the server can tell: on Lambda it cannot. */
      signal: AbortSignal;
    },
  ) => Promise<Answer>;
}

/** Route with its type parameters erased, as used by the application and the OpenAPI document. */
export interface Route
  extends Omit<Spec<z.ZodType, z.ZodType, z.ZodType, 'anyone' | 'caller' | 'operator'>, 'handle'> {
  handle: (
    deps: ApiDeps,
    request: {
      identity: Identity | undefined;
      params: unknown;
      query: unknown;
      body: unknown;
      headers: Headers;
      signal: AbortSignal;
    },
  ) => Promise<Answer>;
}

/** Defines a route; types its handler by the route's schemas. */
export function route<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Access extends 'anyone' | 'caller' | 'operator',
>(spec: Spec<Params, Query, Body, Access>): Route {
  return spec as unknown as Route;
}
