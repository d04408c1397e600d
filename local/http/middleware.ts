import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

/** Puts itself before whatever the server does with its requests. */
export type Middleware = (server: Server) => void;

export function intercept(
  server: Server,
  before: (request: IncomingMessage, response: ServerResponse, next: () => void) => void,
): void {
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    before(request, response, () => {
      for (const listener of listeners) listener.call(server, request, response);
    });
  });
}
