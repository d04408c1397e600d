import { expect, test } from '@jest/globals';
import { tenantsIn, usersProblem } from '../../../console/source/profiles/users.ts';

test.each([
  ['all, and by default some', '*', 'acme, globex', undefined],
  ['some, in any layout', 'acme globex,\nhooli', 'hooli', undefined],
  ['nobody', '', '', undefined],
  ['a name with a slash', 'acme/ann', '', /letters, digits, _ or -, unlike acme\/ann/],
  ['a name of 65 letters', 'a'.repeat(65), '', /1 to 64/],
  ['all and some', '*, acme', '', /\* alone/],
  ['all by default', '*', '*', /by their names/],
  ['a stranger', 'acme', 'acme, globex', /^globex gets it by default/],
])('tenants of a profile: %s', (_what, tenants, defaultFor, problem) => {
  const found = usersProblem(tenants, defaultFor);
  if (problem) expect(found).toMatch(problem);
  else expect(found).toBeUndefined();
});

test('the star is all tenants, anything else a list', () => {
  expect([tenantsIn(' * '), tenantsIn('acme, globex'), tenantsIn('')]).toEqual(['*', ['acme', 'globex'], []]);
});
