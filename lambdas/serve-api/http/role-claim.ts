/**
 * Returns true if a role claim grants a role: if the whole claim, or a whole element of its list,
 * is the role's name. Text is never split.
 *
 * API Gateway passes an array claim on as text, in brackets and with spaces between its elements:
 * `["machine", "operator"]` becomes `[machine operator]`, and so does `["machine operator"]`. AWS
 * does not document this; its own code handles it
 * (https://github.com/aws-solutions-library-samples/guidance-for-claude-code-with-amazon-bedrock/issues/802).
 * Such text grants a role only if it has a single element.
 */
export function grantsRole(claim: unknown, role: string): boolean {
  return elementsOf(claim).includes(role);
}

/** Returns true if the claim is several values or one with spaces, which cannot be told apart. */
export function isAmbiguous(claim: unknown): boolean {
  return typeof claim === 'string' && !parseList(claim) && /^\[.*\s.*\]$/s.test(claim);
}

function elementsOf(claim: unknown): string[] {
  if (Array.isArray(claim)) return claim.filter((element) => typeof element === 'string');
  if (typeof claim !== 'string' || isAmbiguous(claim)) return [];
  return parseList(claim) ?? [/^\[(.*)\]$/s.exec(claim)?.[1] ?? claim];
}

/** Parses a claim that the issuer itself wrote as JSON: `["machine", "operator"]`. */
function parseList(claim: string): string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(claim);
    return Array.isArray(parsed) ? parsed.filter((element) => typeof element === 'string') : undefined;
  } catch {
    return undefined;
  }
}
