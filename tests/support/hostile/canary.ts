import { readFile, stat, utimes } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';

export interface Canary {
  /** Address of a server that answers every request with the canary file. */
  http: string;
  /** Address of a server that counts connections of any protocol, `127.0.0.1:port`. */
  host: string;
  /** File that nobody may read. */
  file: string;
  /** What has touched the canaries since the last call: requests, connections, reads of the file. */
  touched: () => Promise<string[]>;
  close: () => Promise<void>;
}

/** Older than any change, so that even a file system mounted with `relatime` notes the next read. */
const NEVER_READ = new Date('2000-01-01');

/** Sets out a listener and a file that a hostile document may name. */
export async function setOutCanary(file: string): Promise<Canary> {
  const content = await readFile(file);
  const seen: string[] = [];
  const web = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.end(content);
  });
  const any = createTcpServer((socket) => {
    seen.push('connection');
    socket.on('error', () => undefined).end();
  });
  for (const server of [web, any])
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
  const portOf = (server: typeof any) => (server.address() as AddressInfo).port;
  const unread = () => utimes(file, NEVER_READ, new Date());
  await unread();
  return {
    http: `http://127.0.0.1:${portOf(web)}`,
    host: `127.0.0.1:${portOf(any)}`,
    file,
    async touched() {
      const { atime } = await stat(file);
      const touches = [...seen.splice(0), ...(atime > NEVER_READ ? ['read'] : [])];
      await unread();
      return touches;
    },
    async close() {
      web.closeAllConnections();
      await Promise.all([web, any].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}
