import { listOf, type PolicyStatement } from '../../../scripts/permissions/allowed-actions.ts';

/** What a caller asks of AWS, as IAM sees it. */
export interface AccessRequest {
  action: string;
  /** ARN. */
  resource: string;
  /** Condition keys that the request carries. */
  context?: Readonly<Record<string, string>>;
  /** Service principal, for policies of resources. */
  service?: string;
  /** Account whose identities' policies allow the request. */
  account?: string;
}

/** A request that an AWS service makes in our account, and the policy that must allow it. */
export interface ServiceRequest {
  what: string;
  /** Address of the resource with the policy. */
  policy: string;
  request: AccessRequest;
}

/**
 * Returns the statements that allow a request, or none if one denies it:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function allowedBy<Statement extends PolicyStatement>(
  statements: readonly Statement[],
  request: AccessRequest,
): Statement[] {
  const matching = statements.filter((statement) => applies(statement, request));
  if (matching.some(({ Effect }) => Effect === 'Deny')) return [];
  return matching;
}

function applies(statement: PolicyStatement, request: AccessRequest): boolean {
  const { Action, Resource: resources = '*', Principal, Condition = {} } = statement;
  return (
    listOf(Action).some((pattern) => matches(pattern.toLowerCase(), request.action.toLowerCase())) &&
    listOf(resources).some((pattern) => matches(pattern, request.resource)) &&
    (Principal === undefined || isPrincipal(Principal, request)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) =>
        holds(operator, listOf(wanted), contextValue(request, key)),
      ),
    )
  );
}

/** Returns true if any statement denies a request, whatever else allows it. */
export const isDenied = (statements: readonly PolicyStatement[], request: AccessRequest): boolean =>
  statements.some((statement) => statement.Effect === 'Deny' && applies(statement, request));

function isPrincipal(
  principal: NonNullable<PolicyStatement['Principal']>,
  { service, account }: AccessRequest,
): boolean {
  if (typeof principal === 'string') return principal === '*';
  const accounts = listOf(principal.AWS ?? []);
  if (accounts.includes('*')) return true;
  if (account && accounts.includes(`arn:aws:iam::${account}:root`)) return true;
  return service !== undefined && listOf(principal.Service ?? []).includes(service);
}

/** Names of condition keys are not case-sensitive. */
function contextValue({ context = {} }: AccessRequest, key: string): string | undefined {
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}

/**
 * A key that the request does not carry matches no operator but the negated ones:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
function holds(operator: string, wanted: readonly string[], value: string | undefined): boolean {
  switch (operator) {
    case 'StringEquals':
    case 'Bool':
      return value !== undefined && wanted.includes(value);
    case 'StringNotEquals':
      return value === undefined || !wanted.includes(value);
    // Both accept wildcards in each of the six parts of an ARN.
    case 'StringLike':
    case 'ArnEquals':
    case 'ArnLike':
      return value !== undefined && wanted.some((pattern) => matches(pattern, value));
    default:
      throw new Error(
        `Expected a condition operator that tests/support/policies/evaluate.ts knows, got ${operator}`,
      );
  }
}

function matches(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
}
