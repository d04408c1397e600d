import { readFile } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { securityHeaders } from '../console/security-headers.ts';
import { type Listening, listen } from './http/listen.ts';

export interface ConsoleOptions {
  /**
   * URL of the job API, for example `http://127.0.0.1:4569`. The console calls it through this
   * server, so that both have one origin.
   */
  apiUrl: string;
  /** Directory of the built console. */
  directory: string;
  /** Default or 0: a free port. */
  port?: number;
  /**
   * Content of `config.json`. Default: the development identity, which only the local API accepts.
   */
  settings?: object;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};
const LOCAL_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;
/** S3, and in tests an OpenID provider, are on other ports of this machine. */
const LOCAL_PORTS = ['http://127.0.0.1:*'];
const HEADERS = securityHeaders({ connect: LOCAL_PORTS, media: LOCAL_PORTS });

/**
 * Serves the console locally as CloudFront does on AWS: the built files, and index.html for the
 * console's own paths.
 */
export function serveConsole({
  apiUrl,
  directory,
  port,
  settings = { apiUrl: '', developmentIdentity: true },
}: ConsoleOptions): Promise<Listening> {
  const server = createServer((request, response) => {
    const [pathname = '/'] = (request.url ?? '/').split('?');
    // Another hostname for this address means another site's page (DNS rebinding).
    if (!LOCAL_HOST.test(request.headers.host ?? '')) return void response.writeHead(403).end();
    if (pathname.startsWith('/api/')) return forward(apiUrl, request, response);
    if (pathname === '/config.json') return send(response, '.json', JSON.stringify(settings));
    sendFile(response, directory, pathname).catch(() => response.writeHead(400, HEADERS).end());
  });
  return listen(server, port);
}

async function sendFile(response: ServerResponse, directory: string, pathname: string): Promise<void> {
  const name = normalize(decodeURIComponent(pathname)).replace(/^[/\\]+/, '');
  const file = extname(name) ? name : 'index.html';
  const content = file.startsWith('..')
    ? undefined
    : await readFile(join(directory, file)).catch(() => undefined);
  if (content) send(response, extname(file), content);
  else response.writeHead(404, HEADERS).end();
}

function send(response: ServerResponse, extension: string, content: Buffer | string): void {
  const type = TYPES[extension] ?? 'application/octet-stream';
  response.writeHead(200, { ...HEADERS, 'content-type': type, 'cache-control': 'no-cache' }).end(content);
}

function forward(apiUrl: string, request: IncomingMessage, response: ServerResponse): void {
  const { host: _host, origin: _origin, connection: _connection, ...headers } = request.headers;
  const onward = httpRequest(apiUrl + request.url, { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end();
  });
  // Aborts the request when the page is closed.
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}
