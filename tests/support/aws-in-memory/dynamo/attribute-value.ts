import type { Value } from './expression-operands.ts';

type Attribute = Record<string, unknown>;

/**
 * Converts DynamoDB's JSON (`{ "S": "text" }`), which the state machine writes, to plain values.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 */
function fromAttribute(attribute: Attribute): Value {
  const entries = Object.entries(attribute);
  const [type, value] = entries[0] ?? [];
  if (entries.length !== 1) throw new Error(`Expected one type, got ${JSON.stringify(attribute)}`);
  switch (type) {
    case 'S':
      if (typeof value !== 'string') throw new Error(`Expected a string in S, got ${JSON.stringify(value)}`);
      return value;
    case 'N':
      if (typeof value !== 'string' || Number.isNaN(Number(value)))
        throw new Error(`Expected a number as a string in N, got ${JSON.stringify(value)}`);
      return Number(value);
    case 'BOOL':
      return value;
    case 'NULL':
      return null;
    case 'SS':
      return new Set(value as string[]);
    case 'L':
      return (value as Attribute[]).map(fromAttribute);
    case 'M':
      return fromAttributes(value as Record<string, Attribute>);
    default:
      throw new Error(`Expected a type that the model knows, got ${type}`);
  }
}

export function fromAttributes(map: Record<string, Attribute>): Record<string, Value> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, fromAttribute(value)]));
}

function toAttribute(value: Value): Attribute {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (value instanceof Set) return { SS: [...value] };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  return { M: toAttributes(value as Record<string, Value>) };
}

export function toAttributes(item: Record<string, Value>): Record<string, Attribute> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, toAttribute(value)]));
}
