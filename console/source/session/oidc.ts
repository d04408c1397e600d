import { go } from '../router.ts';
import type { Oidc } from '../settings.ts';
import { proofKey, randomText } from './pkce.ts';

export interface Tokens {
  /** Token sent to the API. */
  bearer: string;
  refresh?: string | undefined;
  /** Epoch milliseconds. */
  expiresAt: number;
  name: string;
}

interface Pending {
  state: string;
  verifier: string;
  nonce: string;
  path: string;
}

const PENDING = 'media-pipeline.sign-in';
const redirectUri = () => `${location.origin}/`;

/**
 * Redirects to the issuer, which redirects back with an authorization code:
 * https://www.rfc-editor.org/rfc/rfc6749#section-4.1
 */
export async function goToIssuer(oidc: Oidc): Promise<void> {
  const { authorization_endpoint } = await discover(oidc.issuer);
  const { verifier, challenge } = await proofKey();
  const path = location.pathname + location.search;
  const pending: Pending = { state: randomText(), nonce: randomText(), verifier, path };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const query = {
    response_type: 'code',
    client_id: oidc.clientId,
    redirect_uri: redirectUri(),
    scope: oidc.scope,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
  const url = new URL(authorization_endpoint);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  location.assign(url);
}

/**
 * Exchanges the authorization code for tokens if this page load is the redirect from the issuer;
 * otherwise returns undefined. Throws the issuer's error.
 */
export async function returnFromIssuer(oidc: Oidc): Promise<Tokens | undefined> {
  const query = new URLSearchParams(location.search);
  const code = query.get('code');
  const error = query.get('error');
  if (!query.get('state') || (!code && !error)) return undefined;
  const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? 'null') as Pending | null;
  sessionStorage.removeItem(PENDING);
  // Removes the code or the issuer's error from the address bar.
  go(pending?.path ?? '/', { replace: true });
  if (error) throw new Error(query.get('error_description') ?? error);
  // Someone else's code, or one from a window closed long ago: sign in again.
  if (!pending || pending.state !== query.get('state') || !code) return undefined;
  const given = { code, redirect_uri: redirectUri(), code_verifier: pending.verifier };
  const tokens = await redeem(oidc, { grant_type: 'authorization_code', ...given });
  if (tokens.nonce !== undefined && tokens.nonce !== pending.nonce)
    throw new Error('Expected a token for this sign-in, got one for another. Sign in again.');
  return tokens;
}

export function renew(oidc: Oidc, refresh: string): Promise<Tokens> {
  return redeem(oidc, { grant_type: 'refresh_token', refresh_token: refresh });
}

async function redeem(
  { issuer, clientId, token }: Oidc,
  form: Record<string, string>,
): Promise<Tokens & { nonce?: string | undefined }> {
  const { token_endpoint } = await discover(issuer);
  const body = new URLSearchParams({ ...form, client_id: clientId });
  const response = await fetch(token_endpoint, { method: 'POST', body });
  const answer = (await response.json().catch(() => ({}))) as Record<string, string | undefined>;
  const bearer = answer[token];
  if (!response.ok || !bearer)
    throw new Error(
      answer.error_description ?? answer.error ?? `The issuer returned status ${response.status}.`,
    );
  // The API verifies the signature; here the claims are only displayed.
  const claims = claimsOf(answer.id_token ?? bearer);
  const seconds = Number(answer.expires_in ?? 300);
  return {
    bearer,
    refresh: answer.refresh_token ?? form.refresh_token,
    expiresAt: Date.now() + seconds * 1000,
    name: claims.name ?? claims.email ?? claims.preferred_username ?? claims.sub ?? 'signed in',
    nonce: answer.id_token ? claims.nonce : undefined,
  };
}

async function discover(issuer: string) {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  if (!response.ok) throw new Error(`The issuer ${issuer} returned status ${response.status}.`);
  return (await response.json()) as { authorization_endpoint: string; token_endpoint: string };
}

function claimsOf(token: string): Record<string, string | undefined> {
  try {
    const part = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(part), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, string | undefined>;
  } catch {
    return {};
  }
}
