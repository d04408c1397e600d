import type * as z from 'zod';
import { invalid, Problem } from './problem.ts';
import type { Route } from './route.ts';

/** Default limit for a request body in bytes. */
const MAX_BODY = 64 * 1024;

/**
 * Validates path and query parameters with the route's schemas. Throws 400 that lists each
 * parameter that is invalid, unknown or repeated.
 */
export function readParts(
  route: Route,
  given: { params: Record<string, string>; query: URLSearchParams },
): { params: unknown; query: unknown } {
  const params = route.params ? check(route.params, given.params) : {};
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(given.query.keys())) {
    const values = given.query.getAll(name);
    query[name] = values.length > 1 ? values : (values[0] ?? '');
  }
  if (route.query) return { params, query: check(route.query, query) };
  const unknown = Object.keys(query);
  if (unknown.length > 0)
    throw invalid(
      unknown.map((at) => ({ at, detail: 'unknown parameter: this route has no query parameters' })),
    );
  return { params, query: {} };
}

/** Validates the JSON body with the route's schema. An empty body is read as {}. */
export async function readBody(route: Route, request: Request): Promise<unknown> {
  const limit = route.maxBody ?? MAX_BODY;
  const text = await limitedText(request, limit);
  if (text.trim() === '') return check(route.body as z.ZodType, {});
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type))
    throw new Problem(
      415,
      'unsupported-media-type',
      'Unsupported media type',
      'Send the body as application/json.',
    );
  return check(route.body as z.ZodType, parseJson(text));
}

async function limitedText(request: Request, limit: number): Promise<string> {
  const tooLarge = () =>
    new Problem(413, 'body-too-large', 'Body too large', `Expected at most ${limit} bytes.`);
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid([{ at: '', detail: `expected a JSON body: ${(error as Error).message}` }]);
  }
}

function check(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(
    parsed.error.issues.slice(0, 20).map(({ path, message }) => ({ at: path.join('/'), detail: message })),
  );
}
