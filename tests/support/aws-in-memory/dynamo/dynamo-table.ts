import { awsError } from '../aws-error.ts';
import { type Condition, compileCondition } from './condition-expression.ts';
import type { Item, Scope, Value } from './expression-operands.ts';
import { compileUpdate, type Update } from './update-expression.ts';

/** Expressions of a call, with the names and values they use. */
export interface Expressions {
  ConditionExpression?: string | undefined;
  UpdateExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, Value> | undefined;
}

/**
 * Items by their key (by default the attribute `jobId`), and every state that each has had with its time, from
 * which eventually consistent reads choose.
 */
export class DynamoTable {
  readonly items = new Map<string, Item>();
  readonly versions = new Map<string, { at: number; item: Item | undefined }[]>();
  private readonly now: () => number;
  private readonly keyOf: (id: string) => Item;

  constructor(now: () => number, keyOf: (id: string) => Item = (jobId) => ({ jobId })) {
    this.now = now;
    this.keyOf = keyOf;
  }

  get(id: string): Item | undefined {
    const item = this.items.get(id);
    return item && copy(item);
  }

  /** Replaces the item, or removes it if `item` is undefined. Returns the old item. */
  put(id: string, item: Item | undefined, expressions: Expressions): Item | undefined {
    const old = this.items.get(id);
    check(old, expressions);
    this.write(id, item && copy(item));
    return old;
  }

  update(id: string, expressions: Expressions): { before: Item | undefined; after: Item } {
    const before = this.items.get(id);
    const scope = check(before, expressions);
    const key = this.keyOf(id);
    const after = copy(before ?? key);
    if (expressions.UpdateExpression) updateOf(expressions.UpdateExpression)(after, scope);
    for (const [name, value] of Object.entries(key))
      if (after[name] !== value)
        throw awsError('ValidationException', 400, `Cannot update attribute ${name}`);
    this.write(id, copy(after));
    return { before, after };
  }

  private write(id: string, item: Item | undefined): void {
    if (item) this.items.set(id, item);
    else this.items.delete(id);
    const versions = this.versions.get(id) ?? [{ at: Number.NEGATIVE_INFINITY, item: undefined }];
    versions.push({ at: this.now(), item });
    this.versions.set(id, versions);
  }
}

/** Throws `ConditionalCheckFailedException` unless the condition holds; returns the scope. */
function check(old: Item | undefined, expressions: Expressions): Scope {
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = expressions;
  const text = `${expressions.ConditionExpression ?? ''} ${expressions.UpdateExpression ?? ''}`;
  for (const name of [...Object.keys(names), ...Object.keys(values)])
    if (!new RegExp(`${name}(?![A-Za-z0-9_])`).test(text))
      throw awsError('ValidationException', 400, `Value provided but unused in expressions: ${name}`);
  const scope = { item: old ?? {}, names, values: copy(values) };
  const { ConditionExpression } = expressions;
  if (ConditionExpression && !conditionOf(ConditionExpression)(scope))
    throw awsError('ConditionalCheckFailedException', 400, 'The conditional request failed');
  return scope;
}

export const conditionOf = memoized<Condition>(compileCondition);
const updateOf = memoized<Update>(compileUpdate);

function memoized<Result>(compute: (text: string) => Result): (text: string) => Result {
  const known = new Map<string, Result>();
  return (text) => {
    const result = known.get(text) ?? compute(text);
    known.set(text, result);
    return result;
  };
}

/** Copies an item deeply, without attributes that are undefined. */
export function copy<T>(value: T): T {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Set) return new Set(value) as T;
  if (Array.isArray(value)) return value.map(copy) as T;
  const result: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) if (part !== undefined) result[name] = copy(part);
  return result as T;
}
