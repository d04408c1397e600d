import { operatorTest, type ValueTest } from './pattern-operators.ts';

type Test = (node: unknown) => boolean;

/**
 * Compiles an EventBridge pattern. Every field of the pattern must match one of its listed values
 * or operators. Throws on anything unsupported, so that a rule never silently matches nothing.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function eventPattern(pattern: unknown, path = '$'): Test {
  if (!isObject(pattern))
    throw new Error(`Event pattern at ${path}: expected an object, got ${show(pattern)}`);
  const fields = Object.entries(pattern).map(([name, expected]) =>
    name === '$or' ? anyOf(expected, path) : field(name, expected, `${path}.${name}`),
  );
  if (fields.length === 0) throw new Error(`Event pattern at ${path} is empty`);
  return (node) => fields.every((test) => test(node));
}

function field(name: string, expected: unknown, path: string): Test {
  if (!Array.isArray(expected)) {
    const inner = eventPattern(expected, path);
    // An array of objects matches if one of them does.
    return (node) =>
      children(node, name).some((child) => (Array.isArray(child) ? child.some(inner) : inner(child)));
  }
  if (expected.length === 0) throw new Error(`Event pattern at ${path}: expected at least one value`);
  const tests = expected.map((value) => valueTest(value, path));
  return (node) => {
    const values = children(node, name).flat();
    return tests.some((test) => test(values));
  };
}

function anyOf(expected: unknown, path: string): Test {
  if (!Array.isArray(expected) || expected.length < 2) {
    throw new Error(`Event pattern at ${path}: $or expects an array of at least two patterns`);
  }
  const tests = expected.map((pattern, index) => eventPattern(pattern, `${path}.$or[${index}]`));
  return (node) => tests.some((test) => test(node));
}

function valueTest(expected: unknown, path: string): ValueTest {
  if (isObject(expected)) return operatorTest(expected, path);
  if (Array.isArray(expected)) throw new Error(`Event pattern at ${path}: arrays do not nest`);
  return (values) => values.some((value) => value === expected);
}

/** Returns the field's value as a list, empty if the field is absent. */
function children(node: unknown, name: string): unknown[] {
  return isObject(node) && Object.hasOwn(node, name) ? [node[name]] : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const show = (value: unknown) => JSON.stringify(value) ?? String(value);
