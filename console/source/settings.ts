export interface Settings {
  /** Of the job API; empty: the page's own origin. */
  apiUrl: string;
  /** Who signs people in. Absent: nobody does, and the development identity is chosen on the page (one machine only). */
  oidc?: Oidc;
}

export interface Oidc {
  issuer: string;
  clientId: string;
  scope: string;
  /** Which of the issuer's tokens carries the claims that the API reads. */
  token: 'access_token' | 'id_token';
}

/** Throws an error that says which setting is wrong. */
export function parseSettings(text: string): Settings {
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new Error('Expected config.json beside this page: {"apiUrl": …, "issuer": …, "clientId": …}.');
  }
  const apiUrl = textOf(given, 'apiUrl') ?? '';
  const issuer = textOf(given, 'issuer');
  const clientId = textOf(given, 'clientId');
  if (given.developmentIdentity === true && !issuer) return { apiUrl };
  if (!issuer || !clientId)
    throw new Error('config.json: expected "issuer" and "clientId", or "developmentIdentity": true.');
  const token = textOf(given, 'token') ?? 'access_token';
  if (token !== 'access_token' && token !== 'id_token')
    throw new Error(`config.json: expected "token" access_token or id_token, got ${token}.`);
  const scope = textOf(given, 'scope') ?? 'openid profile';
  return { apiUrl, oidc: { issuer: issuer.replace(/\/$/, ''), clientId, scope, token } };
}

function textOf(given: Record<string, unknown>, name: string): string | undefined {
  const value = given[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw new Error(`config.json: expected a text as "${name}".`);
  return value;
}
