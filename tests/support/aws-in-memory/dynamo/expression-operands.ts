import type { Tokens } from './expression-tokens.ts';

export type Value = unknown;
export type Item = Record<string, Value>;

/** What an expression is evaluated against. */
export interface Scope {
  item: Item;
  names: Readonly<Record<string, string>>;
  values: Readonly<Record<string, Value>>;
}
export type Operand = (scope: Scope) => Value;
/** Names an attribute, or a place within a document attribute. */
export type Path = (string | number)[];

/** Reads `a.#b[0]`. */
export function readPath(tokens: Tokens): Path {
  const path: Path = [tokens.next()];
  for (;;) {
    if (tokens.accept('.')) path.push(tokens.next());
    else if (tokens.accept('[')) {
      path.push(Number(tokens.next()));
      tokens.expect(']');
    } else return path;
  }
}

/** Replaces `#name` by the attribute that it stands for. */
export function resolvePath(path: Path, names: Scope['names']): Path {
  return path.map((part) => {
    if (typeof part !== 'string' || !part.startsWith('#')) return part;
    const name = names[part];
    if (name === undefined) throw new Error(`Expected ${part} in ExpressionAttributeNames`);
    return name;
  });
}

export function valueAt(item: Item, path: Path): Value {
  let value: Value = item;
  for (const part of path) {
    if (value === null || typeof value !== 'object' || value instanceof Set) return undefined;
    value = (value as Record<string | number, Value>)[part];
  }
  return value;
}

/** Reads a value, a path, `size(path)`, `if_not_exists(path, operand)` or `list_append(a, b)`. */
export function readOperand(tokens: Tokens): Operand {
  const first = tokens.peek();
  if (first.startsWith(':')) {
    tokens.next();
    return ({ values }) => {
      if (!(first in values)) throw new Error(`Expected ${first} in ExpressionAttributeValues`);
      return values[first];
    };
  }
  if (tokens.peek(1) === '(') return readFunction(tokens);
  const path = readPath(tokens);
  return ({ item, names }) => valueAt(item, resolvePath(path, names));
}

function readFunction(tokens: Tokens): Operand {
  const name = tokens.next();
  tokens.expect('(');
  const first = readOperand(tokens);
  if (name === 'size') {
    tokens.expect(')');
    return (scope) => sizeOf(first(scope));
  }
  tokens.expect(',');
  const second = readOperand(tokens);
  tokens.expect(')');
  if (name === 'if_not_exists') return (scope) => first(scope) ?? second(scope);
  if (name === 'list_append')
    return (scope) => {
      const lists = [first(scope), second(scope)];
      if (!lists.every(Array.isArray)) throw new Error('Expected two lists in list_append');
      return lists.flat(1);
    };
  throw new Error(`Expected a function that the model knows, got ${name}`);
}

function sizeOf(value: Value): number | undefined {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Set) return value.size;
  if (Array.isArray(value)) return value.length;
  if (value && typeof value === 'object') return Object.keys(value).length;
  return undefined;
}
