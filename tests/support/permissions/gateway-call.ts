import type { Handler } from '../../../local/compute/functions.ts';

interface GatewayCall {
  /** Claims of the caller's token; default: an operator's. */
  claims?: Record<string, string>;
  query?: string;
  body?: unknown;
}

interface GatewayAnswer {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
  isBase64Encoded?: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
type Answer = any;

/**
 * Invokes the API's function as API Gateway does after it has verified a token:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export async function callThroughGateway(
  handler: Handler,
  method: string,
  path: string,
  { claims = { 'custom:role': 'operator', sub: 'olga' }, query = '', body }: GatewayCall = {},
): Promise<{ status: number; body: Answer }> {
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: { host: 'api', ...(body !== undefined && { 'content-type': 'application/json' }) },
    isBase64Encoded: false,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    requestContext: {
      authorizer: { jwt: { claims, scopes: null } },
      domainName: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      stage: '$default',
    },
  };
  const { statusCode, headers = {}, ...answer } = (await handler(event)) as GatewayAnswer;
  const encoding = answer.isBase64Encoded ? 'base64' : 'utf8';
  const text = Buffer.from(answer.body ?? '', encoding).toString();
  const isJson = headers['content-type']?.includes('json');
  return { status: statusCode, body: isJson ? JSON.parse(text) : text };
}
