import { describe, expect, test } from '@jest/globals';
import { type Authorizer, identify } from '../../../../lambdas/serve-api/http/identity.ts';

const config = {
  API_TENANT_CLAIM: 'custom:tenant',
  API_USER_CLAIM: 'sub',
  API_ROLE_CLAIM: 'cognito:groups',
  API_OPERATOR_ROLE: 'operator',
  ALLOW_DEVELOPMENT_IDENTITY: false,
};
const jwt = (claims: Record<string, unknown>): Authorizer => ({ jwt: { claims } });
const outcome = (...parameters: Parameters<typeof identify>) => {
  try {
    const { role, tenantId, userId } = identify(...parameters);
    return { role, tenantId, userId };
  } catch (error) {
    return (error as { status: number }).status;
  }
};

describe('identify', () => {
  test.each([
    [
      "a user's token",
      jwt({ 'custom:tenant': 'acme', sub: 'ann' }),
      { role: 'tenant', tenantId: 'acme', userId: 'ann' },
    ],
    [
      'a token whose user is no identifier',
      jwt({ 'custom:tenant': 'acme', sub: 'a@b.c' }),
      { role: 'tenant', tenantId: 'acme' },
    ],
    [
      'an operator by a claim with brackets',
      jwt({ 'cognito:groups': '[editor operator]', sub: 'o' }),
      { role: 'operator', userId: 'o' },
    ],
    ['an operator by a list', jwt({ 'cognito:groups': ['operator'] }), { role: 'operator' }],
    ['a role that only begins like it', jwt({ 'cognito:groups': 'operators' }), 403],
    ['no tenant', jwt({ sub: 'ann' }), 403],
    ['a tenant that would leave its prefix', jwt({ 'custom:tenant': '../globex' }), 403],
    ['an empty tenant', jwt({ 'custom:tenant': '' }), 403],
    ['IAM', { iam: { userArn: 'arn:aws:iam::1:user/x' } }, { role: 'operator' }],
    ['nobody', undefined, 401],
    ['an authorizer that verified nothing', {}, 401],
  ])('takes %s', (_what, authorizer, expected) => {
    const got = outcome(authorizer, undefined, config);
    expect(got).toEqual(
      typeof expected === 'number' ? expected : { tenantId: undefined, userId: undefined, ...expected },
    );
  });

  test.each([
    ['acme/ann', { role: 'tenant', tenantId: 'acme', userId: 'ann' }],
    ['acme', { role: 'tenant', tenantId: 'acme' }],
    ['operator', { role: 'operator' }],
    ['acme/ann/x', 403],
    ['/', 403],
    ['', 401],
  ])('believes the development header %j where it is allowed, and never elsewhere', (header, expected) => {
    const allowed = { ...config, ALLOW_DEVELOPMENT_IDENTITY: true };
    const got = outcome(undefined, header, allowed);
    expect(got).toEqual(
      typeof expected === 'number' ? expected : { tenantId: undefined, userId: undefined, ...expected },
    );
    expect(outcome(undefined, header, config)).toBe(401);
    const token = jwt({ 'custom:tenant': 'globex' });
    expect(outcome(token, header, allowed)).toMatchObject({ tenantId: 'globex' });
  });
});
