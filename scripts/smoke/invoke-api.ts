import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { Deployment } from './deployment.ts';
import { expectThat } from './report.ts';

interface Request {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  query?: string;
  body?: object;
}

/**
 * Invokes the API's function as API Gateway would for a signed request, which is an operator's.
 * Returns the body of a success.
 */
export async function invokeApi(
  { functions, outputs }: Deployment,
  path: string,
  { method = 'GET', query = '', body }: Request = {},
): Promise<string> {
  const caller = { iam: { userArn: 'arn:aws:iam::000000000000:user/smoke' } };
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: { host: 'smoke', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    isBase64Encoded: false,
    requestContext: {
      authorizer: caller,
      domainName: 'smoke',
      http: { method, path, sourceIp: '127.0.0.1' },
      stage: '$default',
    },
  };
  const command = new InvokeCommand({
    FunctionName: outputs.serve_api_function,
    Payload: JSON.stringify(event),
  });
  const { Payload, FunctionError } = await functions.send(command);
  const answer = JSON.parse(Payload?.transformToString() ?? '{}') as {
    statusCode: number;
    body?: string;
    isBase64Encoded: boolean;
  };
  expectThat(
    !FunctionError && answer.statusCode >= 200 && answer.statusCode < 300,
    `${method} ${path} answered ${JSON.stringify(answer).slice(0, 300)}`,
  );
  return Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8').toString();
}
