import { readConfig } from '../base/config.ts';
import { readIfPresent } from '../base/files.ts';
import { MAX_WAIT_SECONDS } from '../contract/job-api.ts';
import type { AwsAccess } from './aws-access.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';
import { gatewayRegion } from './gateway-region.ts';
import type { Unsigned } from './sign-request.ts';

/** File to which `start` writes the endpoints of the local cloud. */
const ENDPOINTS = '.local/cloud/endpoints.json';

/** Exit codes of API commands by HTTP status, besides 0 and 2 (wrong usage). */
const EXIT_CODES: Readonly<Record<number, number>> = { 400: 2, 401: 5, 403: 5, 404: 3, 409: 4, 422: 2 };

/** Problem response of the API, or a request that got no response. */
class ApiError extends Error {
  readonly status: number | undefined;
  readonly exitCode: number;
  readonly problem: object;

  constructor(status: number | undefined, message: string, problem: object) {
    super(message);
    this.status = status;
    this.exitCode = EXIT_CODES[status ?? 0] ?? 1;
    this.problem = problem;
  }
}

/** Tells whether the API answered that it does not know what was named. */
export const isGone = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 404 || error.status === 400);

export interface ApiClient {
  /** URL of the API, without a slash at the end. */
  base: string;
  get: <Answer>(path: string, query?: Record<string, unknown>) => Promise<Answer>;
  /** Gets what differs from the version that `etag` names, and waits for that for a while. */
  getChange: <Answer>(path: string, etag: string | undefined) => Promise<Change<Answer>>;
  post: <Answer>(path: string, body?: object) => Promise<Answer>;
  put: <Answer>(path: string, body: object) => Promise<Answer>;
  remove: <Answer>(path: string) => Promise<Answer>;
}

interface Change<Answer> {
  /** undefined: nothing has changed. */
  body: Answer | undefined;
  etag: string | undefined;
  /** Seconds to wait before the next request: the API had no room for this one to wait. */
  retryAfter: number;
}

type ApiRun = (api: ApiClient, context: CommandContext) => Promise<number>;

/**
 * Builds a command that calls the API: adds the options for the endpoint and the identity, and maps
 * problem responses to exit codes.
 */
export function apiCommand(command: Omit<Command, 'run'> & { run: ApiRun }): Command {
  return {
    ...command,
    usage: `${command.usage} [--api URL] [--as IDENTITY] [--json]`.trim(),
    options: { ...command.options, api: { type: 'string' }, as: { type: 'string' } },
    async run(context) {
      try {
        return await command.run(apiClient(context), context);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        process.stderr.write(`${context.json ? JSON.stringify(error.problem) : error.message}\n`);
        return error.exitCode;
      }
    },
  };
}

/**
 * Returns the shell's environment variables merged over those of the local cloud, if one was
 * started here.
 */
export function cliEnvironment(): Record<string, string | undefined> {
  return { ...(JSON.parse(readIfPresent(ENDPOINTS) ?? '{}') as Record<string, string>), ...process.env };
}

function apiClient({ values, aws }: CommandContext): ApiClient {
  const settings = ['MEDIA_API_URL', 'MEDIA_API_TOKEN', 'MEDIA_API_IDENTITY'] as const;
  const config = readConfig(cliEnvironment(), settings);
  const base = String(values.api ?? config.MEDIA_API_URL).replace(/\/+$/, '');
  if (!URL.canParse(base))
    throw new UsageError(`Expected --api to be a URL such as https://api.example, got ${base}.`);
  const { MEDIA_API_TOKEN: token, MEDIA_API_IDENTITY: named = 'operator' } = config;
  const region = gatewayRegion(new URL(base));
  const who: Record<string, string> = token
    ? { authorization: `Bearer ${token}` }
    : region
      ? {}
      : { 'x-development-identity': String(values.as ?? named) };
  const send = async (
    method: string,
    path: string,
    { body, more = {} }: { body?: object | undefined; more?: Record<string, string> } = {},
  ): Promise<Response> => {
    const url = new URL(`${base}/api/media${path}`);
    const unsigned = {
      method,
      url,
      headers: { ...who, ...more, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    };
    const headers = region && !token ? await signed(unsigned, region, aws) : unsigned.headers;
    const response = await fetch(url, { method, headers, ...(body && { body: unsigned.body ?? '' }) }).catch(
      (error: Error) => {
        const message = `No response from ${base}: ${(error.cause as Error | undefined)?.message ?? error.message}. Is it running (npm run cli -- start)?`;
        throw new ApiError(undefined, message, { title: 'No response', detail: message });
      },
    );
    if (response.ok || response.status === 304) return response;
    throw problemOf(response.status, await response.text());
  };
  const call = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const response = await send(method, path, { body });
    return JSON.parse((await response.text()) || 'null') as Answer;
  };
  return {
    base,
    get: (path, query = {}) => call('GET', `${path}${queryOf(query)}`),
    getChange: async <Answer>(path: string, etag: string | undefined) => {
      const more = etag ? { 'if-none-match': etag } : {};
      const response = await send('GET', `${path}${queryOf({ wait: MAX_WAIT_SECONDS })}`, { more });
      const text = await response.text();
      return {
        body: response.status === 304 ? undefined : (JSON.parse(text) as Answer),
        etag: response.headers.get('etag') ?? undefined,
        retryAfter: Number(response.headers.get('retry-after') ?? 0),
      };
    },
    post: (path, body = {}) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    remove: (path) => call('DELETE', path),
  };
}

/**
 * Signs the request with SigV4: an API Gateway endpoint called without a token uses IAM
 * authorization.
 */
async function signed(
  request: Unsigned,
  region: string,
  { credentials }: AwsAccess,
): Promise<Record<string, string>> {
  const { signedHeaders } = await import('./sign-request.ts');
  return signedHeaders(request, region, { credentials }).catch((error: Error) => {
    const message = `Expected MEDIA_API_TOKEN or AWS credentials to sign the request: ${error.message}`;
    throw new ApiError(401, message, { title: 'Unauthenticated', detail: message });
  });
}

function problemOf(status: number, text: string): ApiError {
  let problem: { title?: string; detail?: string } = {
    title: `Status ${status}`,
    detail: text.slice(0, 500),
  };
  try {
    problem = JSON.parse(text) as typeof problem;
  } catch {
    // Not a response of this API, but of a proxy in front of it.
  }
  return new ApiError(status, `${problem.title ?? status}: ${problem.detail ?? ''}`, problem);
}

function queryOf(query: Record<string, unknown>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)] as [string, string]));
  return search.size > 0 ? `?${search}` : '';
}

/** Returns the only positional argument of a command; throws `UsageError` for none or several. */
export function onlyPositional({ positionals }: CommandContext, what: string): string {
  const [value, ...others] = positionals;
  if (!value || others.length > 0) throw new UsageError(`Expected one ${what}, got ${positionals.length}.`);
  return value;
}
