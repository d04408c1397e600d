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
      'a token without a user, of a service of the tenant',
      jwt({ 'custom:tenant': 'acme' }),
      { role: 'tenant', tenantId: 'acme' },
    ],
    ['a user that is empty', jwt({ 'custom:tenant': 'acme', sub: '' }), 403],
    ['a user that is blank', jwt({ 'custom:tenant': 'acme', sub: ' ' }), 403],
    ['a user that is no text', jwt({ 'custom:tenant': 'acme', sub: 7 }), 403],
    ['a user that is null', jwt({ 'custom:tenant': 'acme', sub: null }), 403],
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

  test.each<[string, unknown, boolean]>([
    ['the role itself', 'operator', true],
    ['an array with it', ['editor', 'operator'], true],
    ['an array that the issuer wrote as JSON', '["editor", "operator"]', true],
    ['the rendering of an array with one element', '[operator]', true],
    ['text with the role as a word', 'machine operator', false],
    ['text with the role behind a comma', 'editor,operator', false],
    ['an array with an element that has the role as a word', ['machine operator'], false],
    ['the same array as JSON', '["machine operator"]', false],
    ['a rendering that may be one element or two', '[machine operator]', false],
    ['the same with the role first', '[operator machine]', false],
    ['the same with a tab or a line break', '[machine\toperator\nx]', false],
    ['a list in a list', [['operator']], false],
    ['another role that begins like it', 'operators', false],
    ['another case', 'Operator', false],
    ['an object', { operator: true }, false],
    ['a number', 1, false],
    ['nothing', undefined, false],
  ])('makes an operator of nobody but whoever has the whole role: %s', (_what, roles, isOperator) => {
    const claims = { 'custom:tenant': 'acme', 'cognito:groups': roles };
    expect(outcome(jwt(claims), undefined, config)).toMatchObject({
      role: isOperator ? 'operator' : 'tenant',
    });
  });

  test('says what to configure where the roles cannot be told apart', () => {
    const claims = { 'cognito:groups': '[machine operator]', sub: 'ann' };
    expect(() => identify(jwt(claims), undefined, config)).toThrow(/use a claim with a single value/);
  });

  test.each([
    ['auth0|65f0c0ffee0123456789abcd', /^sub-[0-9a-f]{56}$/],
    ['a@b.c', /^sub-[0-9a-f]{56}$/],
    ['../zoe', /^sub-[0-9a-f]{56}$/],
    ['x'.repeat(65), /^sub-[0-9a-f]{56}$/],
    ['sub-short', /^sub-short$/],
    ['x'.repeat(64), /^x{64}$/],
  ])('gives the subject %s a user ID of its own', (sub, expected) => {
    const userOf = (text: string) =>
      identify(jwt({ 'custom:tenant': 'acme', sub: text }), undefined, config).userId ?? '';
    const userId = userOf(sub);
    expect(userId).toMatch(expected);
    expect(userId).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(userOf(sub)).toBe(userId);
    // Whoever could choose a subject must not become the user that another subject stands for.
    if (userId !== sub) expect(userOf(userId)).not.toBe(userId);
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
