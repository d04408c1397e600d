import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Middleware } from '../http/middleware.ts';
import { intercept } from '../http/middleware.ts';
import { FunctionError, Throttled, UnknownFunction } from './functions.ts';

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/**
 * Answers Lambda's Invoke: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html. `enqueue`
 * accepts an event for a function, and returns false if there is no such function; `invoke` runs one
 * and waits for what it returns.
 */
export function invokeApi({
  enqueue,
  invoke,
}: {
  enqueue: (name: string, payload: unknown) => boolean;
  invoke: (name: string, payload: unknown) => Promise<unknown>;
}): Middleware {
  const answer = async (name: string, request: IncomingMessage, response: ServerResponse) => {
    const payload = await json(request);
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (type === 'RequestResponse') return returned(response, invoke(name, payload));
    if (type !== 'Event') throw new Error(`Expected RequestResponse or Event, got ${type}`);
    if (!enqueue(name, payload))
      return respond(response, 404, 'ResourceNotFoundException', `Function not found: ${name}`);
    response.writeHead(202).end();
  };
  return (server) =>
    intercept(server, (request, response, next) => {
      const name = request.method === 'POST' ? PATH.exec(request.url ?? '')?.[1] : undefined;
      if (!name) return next();
      answer(decodeURIComponent(name).replace(/^arn:.*:function:/, ''), request, response).catch(
        (error: Error) => respond(response, 400, 'InvalidRequestContentException', error.message),
      );
    });
}

/** A function that throws is answered with 200, and a header that says so. */
async function returned(response: ServerResponse, running: Promise<unknown>): Promise<void> {
  const send = (result: unknown, headers = {}) =>
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(result));
  try {
    send(await running);
  } catch (error) {
    if (error instanceof FunctionError) send(error.report, { 'x-amz-function-error': 'Unhandled' });
    else if (error instanceof Throttled) respond(response, 429, error.name, error.message);
    else if (error instanceof UnknownFunction) respond(response, 404, error.name, error.message);
    else throw error;
  }
}

function respond(response: ServerResponse, status: number, type: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
  response.end(JSON.stringify({ Type: 'User', message }));
}
