import type { Config } from '../../../base/config.ts';
import { IDENTIFIER_PATTERN } from '../../../contract/identifier.ts';
import { forbidden, Problem } from './problem.ts';
import { grantsRole, isAmbiguous } from './role-claim.ts';
import { userIdOf } from './user-claim.ts';

/** Caller of the API. An operator sees every tenant, everyone else exactly one. */
export type Identity =
  | { role: 'operator'; tenantId: undefined; userId: string | undefined; name: string }
  | { role: 'tenant'; tenantId: string; userId: string | undefined; name: string };

export type IdentityConfig = Config<
  | 'API_TENANT_CLAIM'
  | 'API_USER_CLAIM'
  | 'API_ROLE_CLAIM'
  | 'API_OPERATOR_ROLE'
  | 'ALLOW_DEVELOPMENT_IDENTITY'
>;

/**
 * Result of API Gateway's authorizer:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export interface Authorizer {
  jwt?: { claims?: Record<string, unknown> };
  iam?: { userArn?: string };
}

const IDENTIFIER = new RegExp(`^${IDENTIFIER_PATTERN}$`);

/**
 * Identifies the caller. Throws 401 if the caller is not authenticated, 403 if the token has
 * neither a tenant nor the operator role, or a user that cannot be read.
 */
export function identify(
  authorizer: Authorizer | undefined,
  developmentIdentity: string | undefined,
  config: IdentityConfig,
): Identity {
  const claims = authorizer?.jwt?.claims;
  if (claims) return fromClaims(claims, config);
  // A principal that IAM allows to invoke the API belongs to the operator.
  const arn = authorizer?.iam?.userArn;
  if (arn) return { role: 'operator', tenantId: undefined, userId: undefined, name: arn };
  if (config.ALLOW_DEVELOPMENT_IDENTITY && developmentIdentity) return fromHeader(developmentIdentity);
  const how = config.ALLOW_DEVELOPMENT_IDENTITY
    ? 'Send X-Development-Identity: TENANT/USER, or operator.'
    : 'Send a bearer token.';
  throw new Problem(401, 'unauthenticated', 'Unauthenticated', how);
}

function fromClaims(claims: Record<string, unknown>, config: IdentityConfig): Identity {
  const role = claims[config.API_ROLE_CLAIM];
  const userId = userOf(claims[config.API_USER_CLAIM], config.API_USER_CLAIM);
  const name = String(claims.sub ?? userId ?? 'unknown').slice(0, 128);
  if (grantsRole(role, config.API_OPERATOR_ROLE))
    return { role: 'operator', tenantId: undefined, userId, name };
  const tenantId = identifier(claims[config.API_TENANT_CLAIM]);
  if (tenantId) return { role: 'tenant', tenantId, userId, name };
  const hint = isAmbiguous(role)
    ? ` The claim ${config.API_ROLE_CLAIM} has several values, which API Gateway does not pass on separately: use a claim with a single value.`
    : '';
  throw forbidden(
    `Expected a token with a tenant in the claim ${config.API_TENANT_CLAIM} or with the operator role.${hint}`,
  );
}

/**
 * Returns undefined only for a token without the claim, which belongs to a service of the tenant: a
 * claim that is there but cannot be read must not give a user a service's rights.
 */
function userOf(claim: unknown, name: string): string | undefined {
  if (claim === undefined) return undefined;
  if (typeof claim === 'string' && claim.trim() !== '') return userIdOf(claim);
  throw forbidden(`Expected text in the claim ${name}, got ${JSON.stringify(claim).slice(0, 40)}.`);
}

function fromHeader(text: string): Identity {
  if (text === 'operator')
    return { role: 'operator', tenantId: undefined, userId: undefined, name: 'operator' };
  const [tenant, user, ...rest] = text.split('/');
  const tenantId = identifier(tenant);
  const userId = identifier(user);
  if (!tenantId || rest.length > 0 || (user !== undefined && !userId))
    throw forbidden('X-Development-Identity: expected TENANT, TENANT/USER or operator.');
  return { role: 'tenant', tenantId, userId, name: userId ?? tenantId };
}

const identifier = (value: unknown) =>
  typeof value === 'string' && IDENTIFIER.test(value) ? value : undefined;
