import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  /** `http://127.0.0.1:{port}` */
  url: string;
  close: () => Promise<void>;
}

/** Milliseconds that a request may still take when its server closes. */
const GRACE = 5_000;

/**
 * Serves on the loopback interface only; port 0 takes a free one. Closing lets requests end that are being answered (a table's server
 * would go on with its work on a closed database, and bring the process down), and ends connections that are kept alive.
 */
export async function listen(server: Server, port = 0): Promise<Listening> {
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
