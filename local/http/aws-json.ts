import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** Error response of an AWS service. `name` becomes the name of the SDK's error. */
export class ServiceError extends Error {
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/** Operations by `X-Amz-Target`, such as `AWSStepFunctions.StartExecution`. */
export type Operations = Record<string, (input: never) => unknown>;

/**
 * Creates a server for the AWS JSON protocols 1.0 and 1.1:
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function awsJsonServer(operations: Operations): Server {
  return createServer((request, response) => {
    const target = String(request.headers['x-amz-target'] ?? '');
    readBody(request)
      .then((body) => {
        const operation = operations[target];
        if (!operation)
          throw new ServiceError(
            'UnknownOperationException',
            `The local cloud does not support the operation ${target}`,
          );
        return operation(JSON.parse(body || '{}') as never);
      })
      .then((answer) => send(request, response, 200, answer ?? {}))
      .catch((error: Error) => {
        if (request.destroyed && !request.complete) return;
        const known = error instanceof ServiceError;
        if (!known) console.error(`local ${target}:`, error);
        send(request, response, known ? error.status : 500, {
          __type: known ? error.name : 'InternalFailure',
          message: error.message,
        });
      });
  });
}

function send(request: IncomingMessage, response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.1',
    'x-amzn-requestid': randomUUID(),
  });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
