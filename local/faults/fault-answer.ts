import type { ServerResponse } from 'node:http';
import type { AwsCall, Service } from './aws-call.ts';

export type Refusal = 'throttle' | 'error' | 'deny';

const JSON_CODES: Record<Exclude<Service, 's3' | 'sns'>, Record<Refusal, [status: number, name: string]>> = {
  dynamodb: {
    throttle: [400, 'ProvisionedThroughputExceededException'],
    error: [500, 'InternalServerError'],
    deny: [400, 'AccessDeniedException'],
  },
  sqs: {
    throttle: [400, 'ThrottlingException'],
    error: [500, 'InternalFailure'],
    deny: [403, 'AccessDeniedException'],
  },
  eventbridge: {
    throttle: [400, 'ThrottlingException'],
    error: [500, 'InternalException'],
    deny: [400, 'AccessDeniedException'],
  },
  states: {
    throttle: [400, 'ThrottlingException'],
    error: [500, 'InternalFailure'],
    deny: [400, 'AccessDeniedException'],
  },
};
const XML_CODES: Record<'s3' | 'sns', Record<Refusal, [status: number, name: string]>> = {
  s3: { throttle: [503, 'SlowDown'], error: [500, 'InternalError'], deny: [403, 'AccessDenied'] },
  sns: { throttle: [400, 'Throttling'], error: [500, 'InternalFailure'], deny: [403, 'AuthorizationError'] },
};

/** Sends the error response that the service would send. */
export function refuse({ service, request }: AwsCall, response: ServerResponse, refusal: Refusal): void {
  for (const name of response.getHeaderNames()) {
    if (!name.startsWith('access-control-')) response.removeHeader(name);
  }
  const message = `Injected by the local cloud: ${refusal}`;
  if (service === 's3' || service === 'sns') {
    const [status, code] = XML_CODES[service][refusal];
    const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
    response.writeHead(status, { 'content-type': 'application/xml' });
    const body = service === 's3' ? error : `<ErrorResponse>${error}</ErrorResponse>`;
    response.end(request.method === 'HEAD' ? undefined : body);
    return;
  }
  const [status, name] = JSON_CODES[service][refusal];
  response.writeHead(status, {
    'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.0',
  });
  response.end(JSON.stringify({ __type: `com.amazonaws.${service}#${name}`, message }));
}
