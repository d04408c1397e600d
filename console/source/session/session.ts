import type { Oidc } from '../settings.ts';
import { store } from '../store.ts';
import { renew, returnFromIssuer, type Tokens } from './oidc.ts';

/**
 * Current user of the console. `development` is a plain header that only the API of the local cloud
 * accepts.
 */
export type Session =
  | { by: 'nobody'; reason?: string | undefined }
  | { by: 'development'; identity: string }
  | { by: 'issuer'; tokens: Tokens };

const TOKENS = 'media-pipeline.tokens';
const IDENTITY = 'media-pipeline.identity';
/**
 * Milliseconds before expiry at which a token is renewed, so that no token expires during a
 * request.
 */
const EARLY = 60_000;

export const session = store<Session>({ by: 'nobody' });
let oidc: Oidc | undefined;
let renewal: Promise<void> | undefined;

export async function openSession(settings: Oidc | undefined): Promise<void> {
  oidc = settings;
  if (!oidc) {
    session.set({ by: 'development', identity: localStorage.getItem(IDENTITY) ?? 'operator' });
    return;
  }
  try {
    const tokens = (await returnFromIssuer(oidc)) ?? kept();
    if (tokens) keep(tokens);
  } catch (error) {
    session.set({ by: 'nobody', reason: (error as Error).message });
  }
}

export function chooseIdentity(identity: string): void {
  localStorage.setItem(IDENTITY, identity);
  session.set({ by: 'development', identity });
}

/** Returns a stable name for the current user. */
export function callerName(): string {
  const current = session.get();
  if (current.by === 'development') return current.identity;
  return current.by === 'issuer' ? current.tokens.name : '';
}

/** Returns the header that identifies the caller, with a token that has not expired. */
export async function authorization(): Promise<Record<string, string>> {
  const current = session.get();
  if (current.by === 'development') return { 'x-development-identity': current.identity };
  if (current.by === 'nobody') return {};
  if (current.tokens.expiresAt - EARLY < Date.now() && current.tokens.refresh) {
    renewal ??= renewTokens(current.tokens.refresh).finally(() => {
      renewal = undefined;
    });
    await renewal;
  }
  const now = session.get();
  return now.by === 'issuer' ? { authorization: `Bearer ${now.tokens.bearer}` } : {};
}

/** Signs out after the API has rejected the token. */
export function expired(): void {
  if (session.get().by === 'issuer') signOut('Your session has expired. Sign in again.');
}

export function signOut(reason?: string): void {
  sessionStorage.removeItem(TOKENS);
  session.set({ by: 'nobody', reason });
}

async function renewTokens(refresh: string): Promise<void> {
  try {
    if (oidc) keep(await renew(oidc, refresh));
  } catch {
    expired();
  }
}

/** Stores the tokens for this tab only; they are deleted when it closes. */
function keep(tokens: Tokens): void {
  sessionStorage.setItem(TOKENS, JSON.stringify(tokens));
  session.set({ by: 'issuer', tokens });
}

function kept(): Tokens | undefined {
  const tokens = JSON.parse(sessionStorage.getItem(TOKENS) ?? 'null') as Tokens | null;
  return tokens && (tokens.refresh || tokens.expiresAt > Date.now()) ? tokens : undefined;
}
