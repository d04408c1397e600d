import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

/** Installs a request handler in front of a server's existing ones. */
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
