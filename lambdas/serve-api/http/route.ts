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
  /** Absent: JSON. Of anything else the body is the text itself. */
  contentType?: string;
  headers?: Record<string, string>;
}

/** Statuses that are answered with a problem document, beside those that every route may answer. */
type ProblemStatus = 404 | 406 | 409 | 422;

interface Spec<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Access extends 'anyone' | 'caller' | 'operator',
> {
  method: 'get' | 'post' | 'delete';
  /** As OpenAPI writes it: `/api/media/jobs/{jobId}`. */
  path: string;
  operationId: string;
  summary: string;
  description?: string;
  access: Access;
  params?: Params;
  query?: Query;
  body?: Body;
  /** Bytes that the request's body may have. */
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
    },
  ) => Promise<Answer>;
}

/** A route as the application and the OpenAPI document see it. */
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
    },
  ) => Promise<Answer>;
}

/** Ties a handler to what its route's schemas give. */
export function route<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Access extends 'anyone' | 'caller' | 'operator',
>(spec: Spec<Params, Query, Body, Access>): Route {
  return spec as unknown as Route;
}
