/** Tests the values that an event has for a field; an absent field has none. */
export type ValueTest = (values: readonly unknown[]) => boolean;
type StringTest = (text: string) => boolean;

/**
 * Compiles an operator such as `{ "prefix": "tenants/" }`. Throws on an unknown operator or
 * operand.
 */
export function operatorTest(operator: Record<string, unknown>, path: string): ValueTest {
  const [[name, operand] = ['', undefined], ...others] = Object.entries(operator);
  const wrong = () =>
    new Error(`Event pattern at ${path}: the local event bus does not support ${JSON.stringify(operator)}`);
  if (others.length > 0) throw wrong();
  if (name === 'exists') {
    if (typeof operand !== 'boolean') throw wrong();
    return (values) => values.length > 0 === operand;
  }
  if (name === 'numeric') {
    const test = numericTest(operand) ?? fail(wrong);
    return (values) => values.some((value) => typeof value === 'number' && test(value));
  }
  if (name === 'anything-but') {
    const refuses = anythingBut(operand) ?? fail(wrong);
    return (values) => values.length > 0 && values.every((value) => !refuses(value));
  }
  const test = stringTest(name, operand) ?? fail(wrong);
  return (values) => values.some((value) => typeof value === 'string' && test(value));
}

function stringTest(name: string, operand: unknown): StringTest | undefined {
  if (isObject(operand) && (name === 'prefix' || name === 'suffix')) {
    const folded = operand['equals-ignore-case'];
    if (typeof folded !== 'string') return undefined;
    const inner = stringTest(name, folded.toLowerCase());
    return (text) => inner?.(text.toLowerCase()) ?? false;
  }
  if (typeof operand !== 'string') return undefined;
  if (name === 'prefix') return (text) => text.startsWith(operand);
  if (name === 'suffix') return (text) => text.endsWith(operand);
  if (name === 'equals-ignore-case') return (text) => text.toLowerCase() === operand.toLowerCase();
  if (name === 'wildcard') return wildcardTest(operand);
  return undefined;
}

/** Compiles a wildcard: `*` matches any characters, `\*` and `\\` match literally. */
function wildcardTest(wildcard: string): StringTest {
  const source = wildcard.replaceAll(/\\([*\\])|\*|[.+?^${}()|[\]\\]/g, (match, escaped?: string) =>
    escaped ? `\\${escaped}` : match === '*' ? '.*' : `\\${match}`,
  );
  const expression = new RegExp(`^${source}$`, 's');
  return (text) => expression.test(text);
}

/**
 * Compiles what `anything-but` excludes: values, or strings matched by an operator with one operand
 * or a list.
 */
function anythingBut(operand: unknown): ((value: unknown) => boolean) | undefined {
  if (!isObject(operand)) {
    const listed = [operand].flat();
    return listed.every(isPlain) ? (value) => listed.includes(value) : undefined;
  }
  const [[name, inner] = ['', undefined], ...others] = Object.entries(operand);
  if (others.length > 0) return undefined;
  const tests = [inner].flat().map((one) => stringTest(name, one));
  if (tests.some((test) => !test)) return undefined;
  return (value) => typeof value === 'string' && tests.some((test) => test?.(value));
}

const COMPARISONS: Record<string, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** Compiles a numeric range such as `[">", 0, "<=", 5]`. */
function numericTest(operand: unknown): ((value: number) => boolean) | undefined {
  if (!Array.isArray(operand) || ![2, 4].includes(operand.length)) return undefined;
  const tests: ((value: number) => boolean)[] = [];
  for (let i = 0; i < operand.length; i += 2) {
    const compare = Object.hasOwn(COMPARISONS, operand[i]) ? COMPARISONS[operand[i] as string] : undefined;
    const bound: unknown = operand[i + 1];
    if (!compare || typeof bound !== 'number') return undefined;
    tests.push((value) => compare(value, bound));
  }
  return (value) => tests.every((test) => test(value));
}

const isPlain = (value: unknown) => ['string', 'number'].includes(typeof value);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fail(error: () => Error): never {
  throw error();
}
