import fc from 'fast-check';

// biome-ignore lint/suspicious/noExplicitAny: JSON Schema is data of any shape.
export type JsonSchema = Record<string, any>;

/** Values as a JSON Schema describes them. `definitions`: what `#/components/schemas/…` refers to. */
export function arbitraryOf(
  schema: JsonSchema,
  definitions: Record<string, JsonSchema>,
): fc.Arbitrary<unknown> {
  const of = (inner: JsonSchema) => arbitraryOf(inner, definitions);
  if (schema.$ref) return of(definitions[schema.$ref.split('/').at(-1)] ?? {});
  if (schema.anyOf ?? schema.oneOf) return fc.oneof(...(schema.anyOf ?? schema.oneOf).map(of));
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const { minimum: min, maximum: max } = schema;
  switch (schema.type) {
    case 'object':
      return objectOf(schema, of);
    case 'array':
      return fc.array(of(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(5, schema.maxItems ?? 5),
      });
    case 'integer':
      return fc.integer({ min: min ?? -1000, max: Math.min(max ?? 2 ** 31 - 1, 2 ** 31 - 1) });
    case 'number':
      return fc.double({ min: min ?? -1000, max: max ?? 1000, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return stringOf(schema);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function stringOf({ format, pattern, minLength = 0, maxLength = 40 }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'date-time')
    return fc
      .date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (pattern) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ unit: 'binary', minLength, maxLength: Math.min(40, maxLength) });
}

function objectOf(
  schema: JsonSchema,
  of: (inner: JsonSchema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const properties = Object.fromEntries(
    Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).map(([name, inner]) => [
      name,
      of(inner),
    ]),
  );
  const required = ((schema.required ?? []) as string[]).filter((name) => name in properties);
  return fc.record(properties, { requiredKeys: required });
}
