import type { ServerResponse } from 'node:http';
import type { AwsCall, Service } from './aws-call.ts';

/** `skew`: the time of the request's signature is too far from the service's. */
export type Refusal = 'throttle' | 'error' | 'deny' | 'skew';

const JSON_CODES: Record<Exclude<Service, 's3' | 'sns'>, Record<Refusal, [status: number, name: string]>> = {
  dynamodb: {
    throttle: [400, 'ProvisionedThroughputExceededException'],
    error: [500, 'InternalServerError'],
    deny: [400, 'AccessDeniedException'],
    skew: [400, 'InvalidSignatureException'],
  },
  sqs: {
    throttle: [400, 'ThrottlingException'],
    error: [500, 'InternalFailure'],
    deny: [403, 'AccessDeniedException'],
    skew: [403, 'InvalidSignatureException'],
  },
  eventbridge: {
    throttle: [400, 'ThrottlingException'],
    error: [500, 'InternalException'],
    deny: [400, 'AccessDeniedException'],
    skew: [400, 'InvalidSignatureException'],
  },
  states: {
    throttle: [400, 'ThrottlingException'],
    error: [500, 'InternalFailure'],
    deny: [400, 'AccessDeniedException'],
    skew: [400, 'InvalidSignatureException'],
  },
  lambda: {
    throttle: [429, 'TooManyRequestsException'],
    error: [500, 'ServiceException'],
    deny: [403, 'AccessDeniedException'],
    skew: [403, 'InvalidSignatureException'],
  },
};
const XML_CODES: Record<'s3' | 'sns', Record<Refusal, [status: number, name: string]>> = {
  s3: {
    throttle: [503, 'SlowDown'],
    error: [500, 'InternalError'],
    deny: [403, 'AccessDenied'],
    skew: [403, 'RequestTimeTooSkewed'],
  },
  sns: {
    throttle: [400, 'Throttling'],
    error: [500, 'InternalFailure'],
    deny: [403, 'AuthorizationError'],
    skew: [403, 'SignatureDoesNotMatch'],
  },
};

/** Sends the error response that the service would send. */
export function refuse(
  { service, request }: AwsCall,
  response: ServerResponse,
  refusal: Refusal,
  message = `Injected by the local cloud: ${refusal}`,
): void {
  for (const name of response.getHeaderNames()) {
    if (!name.startsWith('access-control-')) response.removeHeader(name);
  }
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
