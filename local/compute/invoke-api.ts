import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Middleware } from '../http/middleware.ts';
import { intercept } from '../http/middleware.ts';

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/**
 * Answers Lambda's Invoke for events, the only invocation type that the product calls:
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html. `enqueue` accepts an event for a
 * function, and returns false if there is no such function.
 */
export function invokeApi(enqueue: (name: string, payload: unknown) => boolean): Middleware {
  return (server) =>
    intercept(server, (request, response, next) => {
      const name = request.method === 'POST' ? PATH.exec(request.url ?? '')?.[1] : undefined;
      if (!name) return next();
      answer(enqueue, decodeURIComponent(name), request, response).catch((error: Error) =>
        respond(response, 400, 'InvalidRequestContentException', error.message),
      );
    });
}

async function answer(
  enqueue: (name: string, payload: unknown) => boolean,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const payload = await json(request);
  if (request.headers['x-amz-invocation-type'] !== 'Event')
    return respond(response, 400, 'InvalidParameterValueException', 'Expected the invocation type Event');
  if (!enqueue(name.replace(/^arn:.*:function:/, ''), payload))
    return respond(response, 404, 'ResourceNotFoundException', `Function not found: ${name}`);
  response.writeHead(202).end();
}

function respond(response: ServerResponse, status: number, type: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
  response.end(JSON.stringify({ Type: 'User', message }));
}
