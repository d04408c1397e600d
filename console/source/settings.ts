export interface Settings {
  /** Base URL of the job API; empty for the console's own origin. */
  apiUrl: string;
  /**
   * OpenID provider. Absent on the local cloud: there is no sign-in, and the development identity
   * is chosen on the page.
   */
  oidc?: Oidc;
}

export interface Oidc {
  issuer: string;
  clientId: string;
  scope: string;
  /** Token that carries the claims the API reads. */
  token: 'access_token' | 'id_token';
}

/** Parses `config.json`. Throws an error that names an invalid setting. */
export function parseSettings(text: string): Settings {
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new Error('Expected config.json next to this page: {"apiUrl": …, "issuer": …, "clientId": …}.');
  }
  const apiUrl = textOf(given, 'apiUrl') ?? '';
  const issuer = textOf(given, 'issuer');
  const clientId = textOf(given, 'clientId');
  if (given.developmentIdentity === true && !issuer) return { apiUrl };
  if (!issuer || !clientId)
    throw new Error('config.json: expected "issuer" and "clientId", or "developmentIdentity": true.');
  const token = textOf(given, 'token') ?? 'access_token';
  if (token !== 'access_token' && token !== 'id_token')
    throw new Error(`config.json: expected "token" to be access_token or id_token, got ${token}.`);
  const scope = textOf(given, 'scope') ?? 'openid profile';
  return { apiUrl, oidc: { issuer: issuer.replace(/\/$/, ''), clientId, scope, token } };
}

function textOf(given: Record<string, unknown>, name: string): string | undefined {
  const value = given[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw new Error(`config.json: expected "${name}" to be a string.`);
  return value;
}
