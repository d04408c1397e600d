import { awsError } from './sdk-call.ts';
import type { Item } from './table-partition.ts';

interface Expressions {
  ConditionExpression?: string | undefined;
  UpdateExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, unknown> | undefined;
}

/** Throws unless the condition holds. Refuses what QueueStore does not send. */
export function check(old: Item | undefined, expressions: Expressions): void {
  const { ConditionExpression: condition } = expressions;
  if (condition === undefined || holds(condition, old, expressions)) return;
  throw awsError('ConditionalCheckFailedException', 'The conditional request failed');
}

function holds(condition: string, old: Item | undefined, expressions: Expressions): boolean {
  if (condition === 'attribute_exists(pk)') return old !== undefined;
  if (condition === 'attribute_not_exists(pk)') return old === undefined;
  const [, name, value] = /^(#\w+) = (:\w+)$/.exec(condition) ?? [];
  if (!name || !value) throw new Error(`Expected a condition that the model knows, got ${condition}`);
  return old?.[nameOf(name, expressions)] === operandOf(value, expressions);
}

/** Returns the item after `SET #a = :a, …` or `ADD #a :a`. */
export function updated(old: Item, expressions: Expressions): Item {
  const text = expressions.UpdateExpression ?? '';
  const [, clause, rest = ''] = /^(SET|ADD) (.+)$/.exec(text) ?? [];
  const changed: Record<string, unknown> = { ...old };
  for (const part of rest.split(', ')) {
    const [, name, value] = (clause === 'SET' ? /^(#\w+) = (:\w+)$/ : /^(#\w+) (:\w+)$/).exec(part) ?? [];
    if (!name || !value) throw new Error(`Expected an update that the model knows, got ${text}`);
    const [attribute, operand] = [nameOf(name, expressions), operandOf(value, expressions)];
    changed[attribute] = clause === 'SET' ? operand : Number(changed[attribute] ?? 0) + Number(operand);
  }
  return changed;
}

function nameOf(name: string, { ExpressionAttributeNames: names = {} }: Expressions): string {
  const attribute = names[name];
  if (attribute === undefined) throw new Error(`Expected ${name} in ExpressionAttributeNames`);
  return attribute;
}

function operandOf(name: string, { ExpressionAttributeValues: values = {} }: Expressions): unknown {
  if (!(name in values)) throw new Error(`Expected ${name} in ExpressionAttributeValues`);
  return values[name];
}
