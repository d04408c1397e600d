import {
  type Operand,
  readOperand,
  readPath,
  resolvePath,
  type Scope,
  type Value,
  valueAt,
} from './expression-operands.ts';
import { Tokens } from './expression-tokens.ts';

export type Condition = (scope: Scope) => boolean;

/**
 * Compiles a condition, filter or key condition. Throws on a function that the model does not know.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export function compileCondition(text: string): Condition {
  const tokens = new Tokens(text);
  const condition = readOr(tokens);
  if (!tokens.done) throw new Error(`Expected the end of "${text}", got ${tokens.peek()}`);
  return condition;
}

function readOr(tokens: Tokens): Condition {
  const parts = [readAnd(tokens)];
  while (tokens.accept('OR')) parts.push(readAnd(tokens));
  return (scope) => parts.some((part) => part(scope));
}

function readAnd(tokens: Tokens): Condition {
  const parts = [readNot(tokens)];
  while (tokens.accept('AND')) parts.push(readNot(tokens));
  return (scope) => parts.every((part) => part(scope));
}

function readNot(tokens: Tokens): Condition {
  if (tokens.accept('NOT')) {
    const negated = readNot(tokens);
    return (scope) => !negated(scope);
  }
  if (tokens.accept('(')) {
    const inner = readOr(tokens);
    tokens.expect(')');
    return inner;
  }
  return readPredicate(tokens);
}

const FUNCTIONS: Readonly<Record<string, (tokens: Tokens) => Condition>> = {
  attribute_exists: (tokens) => exists(tokens, true),
  attribute_not_exists: (tokens) => exists(tokens, false),
  contains: (tokens) => withArgument(tokens, contains),
  begins_with: (tokens) =>
    withArgument(
      tokens,
      (value, start) => typeof value === 'string' && typeof start === 'string' && value.startsWith(start),
    ),
};

function readPredicate(tokens: Tokens): Condition {
  const known = tokens.peek(1) === '(' ? FUNCTIONS[tokens.peek()] : undefined;
  if (known) {
    tokens.next();
    tokens.expect('(');
    const condition = known(tokens);
    tokens.expect(')');
    return condition;
  }
  return readComparison(tokens);
}

function exists(tokens: Tokens, wanted: boolean): Condition {
  const path = readPath(tokens);
  return ({ item, names }) => (valueAt(item, resolvePath(path, names)) !== undefined) === wanted;
}

function withArgument(tokens: Tokens, holds: (value: Value, argument: Value) => boolean): Condition {
  const value = readOperand(tokens);
  tokens.expect(',');
  const argument = readOperand(tokens);
  return (scope) => holds(value(scope), argument(scope));
}

function contains(value: Value, part: Value): boolean {
  if (typeof value === 'string') return typeof part === 'string' && value.includes(part);
  if (value instanceof Set) return value.has(part);
  return Array.isArray(value) && value.some((element) => equal(element, part));
}

function readComparison(tokens: Tokens): Condition {
  const left = readOperand(tokens);
  if (tokens.accept('BETWEEN')) {
    const low = readOperand(tokens);
    tokens.expect('AND');
    const high = readOperand(tokens);
    return (scope) => {
      const value = left(scope);
      return ordered(low(scope), value, (a, b) => a <= b) && ordered(value, high(scope), (a, b) => a <= b);
    };
  }
  if (tokens.accept('IN')) return readIn(tokens, left);
  const sign = tokens.next();
  const compare = COMPARISONS[sign];
  if (!compare) throw new Error(`Expected a comparison, got ${sign}`);
  const right = readOperand(tokens);
  return (scope) => compare(left(scope), right(scope));
}

function readIn(tokens: Tokens, left: Operand): Condition {
  const options: Operand[] = [];
  tokens.expect('(');
  do options.push(readOperand(tokens));
  while (tokens.accept(','));
  tokens.expect(')');
  return (scope) => options.some((option) => equal(left(scope), option(scope)));
}

const COMPARISONS: Readonly<Record<string, (a: Value, b: Value) => boolean>> = {
  '=': equal,
  // True for a missing attribute, unlike every other comparison.
  '<>': (a, b) => !equal(a, b),
  '<': (a, b) => ordered(a, b, (x, y) => x < y),
  '<=': (a, b) => ordered(a, b, (x, y) => x <= y),
  '>': (a, b) => ordered(a, b, (x, y) => x > y),
  '>=': (a, b) => ordered(a, b, (x, y) => x >= y),
};

/** Compares two numbers, or two strings by their UTF-8 bytes; anything else is not ordered. */
function ordered(a: Value, b: Value, holds: (a: number, b: number) => boolean): boolean {
  if (typeof a === 'number' && typeof b === 'number') return holds(a, b);
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  return holds(Buffer.compare(Buffer.from(a), Buffer.from(b)), 0);
}

function equal(a: Value, b: Value): boolean {
  if (a === undefined || b === undefined) return false;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (a instanceof Set && b instanceof Set) return a.size === b.size && [...a].every((one) => b.has(one));
  const [left, right] = [Object.entries(a), b as Record<string, Value>];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    left.length === Object.keys(right).length &&
    left.every(([name, value]) => equal(value, right[name]))
  );
}
