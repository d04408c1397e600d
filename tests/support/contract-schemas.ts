import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { SCHEMA_FOLDER } from '../../scripts/schemas.ts';
import type { JsonSchema } from './arbitrary-of-schema.ts';

export const schemaFile = (name: string): JsonSchema =>
  JSON.parse(readFileSync(`${SCHEMA_FOLDER}/${name}.schema.json`, 'utf8'));

/** The name of an event's schema: `Job Failed` is in job-failed.schema.json. */
export const schemaOfEvent = (detailType: string) => detailType.toLowerCase().replaceAll(' ', '-');

/**
 * Checks values against a committed schema, closed: a reader lets unknown fields pass, but a writer
 * must not send one that the contract does not name. Answers what is wrong, in words; undefined:
 * nothing is.
 */
export function contractCheck(name: string): (value: unknown) => string | undefined {
  const ajv = new Ajv2020({ allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(closed(schemaFile(name)) as object);
  return (value) =>
    validate(value) ? undefined : ajv.errorsText(validate.errors, { dataVar: name, separator: '; ' });
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)]);
  const isObject = 'type' in schema && schema.type === 'object' && 'properties' in schema;
  return { ...Object.fromEntries(entries), ...(isObject && { additionalProperties: false }) };
}
