import { createServer, request as httpRequest } from 'node:http';
import { type Listening, listen } from '../../../local/http/listen.ts';

export interface Gateway extends Listening {
  /** Path and token of each request, in order. */
  asked: { path: string; token: string }[];
  /** Tokens that are believed no more. */
  refused: Set<string>;
}

/** Stands before the API as API Gateway does: lets in who shows a token of the issuer, and says who that is. */
export async function startGateway(apiUrl: string, identity: string): Promise<Gateway> {
  const asked: Gateway['asked'] = [];
  const refused = new Set<string>();
  const server = createServer((request, response) => {
    const { host: _host, authorization = '', ...headers } = request.headers;
    const token = authorization.replace('Bearer ', '');
    asked.push({ path: request.url ?? '', token });
    if (!token || refused.has(token)) return void response.writeHead(401).end('{"message":"Unauthorized"}');
    const onward = httpRequest(apiUrl + request.url, {
      method: request.method,
      headers: { ...headers, 'x-development-identity': identity },
    });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  return { ...(await listen(server)), asked, refused };
}
