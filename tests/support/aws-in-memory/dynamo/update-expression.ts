import {
  type Item,
  type Operand,
  type Path,
  readOperand,
  readPath,
  resolvePath,
  type Scope,
  type Value,
  valueAt,
} from './expression-operands.ts';
import { Tokens } from './expression-tokens.ts';

/** Changes `item` by what the expression computes from `scope`, the item before the update. */
export type Update = (item: Item, scope: Scope) => void;

/**
 * Compiles SET, REMOVE, ADD and DELETE. All operands are evaluated before the first change.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */
export function compileUpdate(text: string): Update {
  const tokens = new Tokens(text);
  const updates: Update[] = [];
  while (!tokens.done) {
    const clause = CLAUSES[tokens.next().toUpperCase()];
    if (!clause) throw new Error(`Expected SET, REMOVE, ADD or DELETE in "${text}"`);
    do updates.push(clause(tokens));
    while (tokens.accept(','));
  }
  return (item, scope) => {
    for (const update of updates) update(item, scope);
  };
}

const CLAUSES: Readonly<Record<string, (tokens: Tokens) => Update>> = {
  SET: (tokens) => {
    const path = readPath(tokens);
    tokens.expect('=');
    const value = readSum(tokens);
    return (item, scope) => {
      const computed = value(scope);
      if (computed === undefined)
        throw new Error(`Expected a value for ${path.join('.')}: the attribute it refers to does not exist`);
      setAt(item, resolvePath(path, scope.names), computed);
    };
  },
  REMOVE: (tokens) => {
    const path = readPath(tokens);
    return (item, { names }) => setAt(item, resolvePath(path, names), undefined);
  },
  ADD: (tokens) =>
    combined(tokens, (old, value) => {
      if (typeof value === 'number' && (old === undefined || typeof old === 'number'))
        return (old ?? 0) + value;
      if (value instanceof Set && (old === undefined || old instanceof Set))
        return new Set([...(old ?? []), ...value]);
      throw new Error('Expected a number or a set in ADD');
    }),
  DELETE: (tokens) =>
    combined(tokens, (old, value) => {
      if (!(value instanceof Set)) throw new Error('Expected a set in DELETE');
      if (old === undefined) return undefined;
      const left = [...(old as Set<Value>)].filter((one) => !value.has(one));
      // A set cannot be empty: DynamoDB removes the attribute.
      return left.length > 0 ? new Set(left) : undefined;
    }),
};

function combined(tokens: Tokens, combine: (old: Value, value: Value) => Value): Update {
  const path = readPath(tokens);
  const value = readOperand(tokens);
  return (item, scope) => {
    const resolved = resolvePath(path, scope.names);
    setAt(item, resolved, combine(valueAt(scope.item, resolved), value(scope)));
  };
}

function readSum(tokens: Tokens): Operand {
  const left = readOperand(tokens);
  for (const sign of ['+', '-']) {
    if (!tokens.accept(sign)) continue;
    const right = readOperand(tokens);
    return (scope) => {
      const [a, b] = [left(scope), right(scope)];
      if (typeof a !== 'number' || typeof b !== 'number') throw new Error('Expected two numbers in SET');
      return sign === '+' ? a + b : a - b;
    };
  }
  return left;
}

function setAt(item: Item, path: Path, value: Value): void {
  const last = path.at(-1) ?? '';
  const parent = valueAt(item, path.slice(0, -1)) as Record<string | number, Value> | undefined;
  if (!parent) throw new Error(`Expected the document path ${path.join('.')} to exist`);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
}
