import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Listening, listen } from '../../../local/http/listen.ts';

export interface Issuer extends Listening {
  /** Grant types that were redeemed, in order. */
  grants: string[];
  /** What the next tokens say: seconds they are good for. */
  lifetime: number;
}

/** An OpenID provider that lets everybody in as Ann, but is strict about PKCE, as RFC 7636 wants it. */
export async function startIssuer(): Promise<Issuer> {
  const codes = new Map<string, URLSearchParams>();
  const refreshes = new Set<string>();
  const issuer: Issuer = { url: '', close: async () => {}, grants: [], lifetime: 3600 };

  const authorize = (query: URLSearchParams, response: ServerResponse) => {
    const back = new URL(query.get('redirect_uri') ?? '');
    const code = randomUUID();
    codes.set(code, query);
    back.searchParams.set('code', code);
    back.searchParams.set('state', query.get('state') ?? '');
    response.writeHead(302, { location: back.href }).end();
  };

  const redeem = (form: URLSearchParams): object | undefined => {
    issuer.grants.push(form.get('grant_type') ?? '');
    const asked = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const proven =
      asked?.get('code_challenge_method') === 'S256' &&
      asked.get('code_challenge') === challenge &&
      asked.get('redirect_uri') === form.get('redirect_uri');
    if (!proven && !refreshes.has(form.get('refresh_token') ?? '')) return undefined;
    const refresh = randomUUID();
    refreshes.add(refresh);
    return {
      access_token: `access-${issuer.grants.length}`,
      id_token: token({ name: 'Ann Example', nonce: asked?.get('nonce') }),
      refresh_token: refresh,
      expires_in: issuer.lifetime,
    };
  };

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://issuer');
    response.setHeader('access-control-allow-origin', '*');
    if (pathname === '/authorize') return authorize(searchParams, response);
    if (pathname === '/token') {
      const tokens = redeem(new URLSearchParams(await bodyOf(request)));
      return send(response, tokens ? 200 : 400, tokens ?? { error_description: 'The proof key is wrong.' });
    }
    return send(response, 200, {
      authorization_endpoint: `${issuer.url}/authorize`,
      token_endpoint: `${issuer.url}/token`,
    });
  });
  return Object.assign(issuer, await listen(server));
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (claims: object) => `${part({ alg: 'none' })}.${part(claims)}.`;

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
