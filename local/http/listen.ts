import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  /** Base URL, `http://127.0.0.1:{port}`. */
  url: string;
  close: () => Promise<void>;
}

/** Grace period in milliseconds for requests in progress when a server closes. */
const GRACE = 5_000;
/**
 * Milliseconds for which an idle connection stays open. With Node's default of 5 s, a client that
 * comes back just then loses its request.
 */
const KEEP_ALIVE = 60_000;

/**
 * Listens on the loopback interface only; port 0 picks a free port. Closing waits for requests in
 * progress (the DynamoDB server would otherwise keep working on a closed database and crash the
 * process) and closes keep-alive connections.
 */
export async function listen(server: Server, port = 0): Promise<Listening> {
  server.keepAliveTimeout = KEEP_ALIVE;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: actual } = server.address() as AddressInfo;
  const close = async () => {
    const idle = setInterval(() => server.closeIdleConnections(), 5);
    const late = setTimeout(() => server.closeAllConnections(), GRACE);
    try {
      await new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
      });
    } finally {
      clearInterval(idle);
      clearTimeout(late);
    }
  };
  return { url: `http://127.0.0.1:${actual}`, close };
}
