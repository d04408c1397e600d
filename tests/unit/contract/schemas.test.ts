import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { DEAD_LETTER, parseDeadLetter } from '../../../contract/dead-letter.ts';
import { JOB_EVENTS } from '../../../contract/job-events.ts';
import { JOB_EVENT_TYPES } from '../../../contract/lists.ts';
import { contractSchemas, SCHEMA_FOLDER } from '../../../scripts/schemas.ts';
import { arbitraryOf, type JsonSchema } from '../../support/arbitrary-of-schema.ts';
import { contractCheck, schemaFile, schemaOfEvent } from '../../support/contract-schemas.ts';

const files = readdirSync(SCHEMA_FOLDER);
const names = files.map((name) => name.replace('.schema.json', ''));

describe('the JSON Schema files', () => {
  test('are those of the contracts as they are now; `npm run schemas` writes them', () => {
    expect(Object.fromEntries(names.map((name) => [`${name}.schema.json`, schemaFile(name)]))).toEqual(
      contractSchemas(),
    );
  });

  test.each(names)(
    '%s is JSON Schema of draft 2020-12 that says what it is, and lets fields be added',
    (name) => {
      const schema = schemaFile(name);
      expect(schema).toMatchObject({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        $id: expect.stringMatching(`^urn:media-pipeline:schema:${name}(:1)?$`),
        title: expect.any(String),
        description: expect.any(String),
        additionalProperties: {},
      });
      const ajv = new Ajv2020({ strict: true });
      addFormats.default(ajv);
      expect(() => ajv.compile(schema)).not.toThrow();
    },
  );

  test('of every event take what the code takes', () => {
    for (const type of JOB_EVENT_TYPES) {
      const schema = schemaFile(schemaOfEvent(type));
      fc.assert(
        fc.property(arbitraryOf(schema, schema.$defs as Record<string, JsonSchema>), (detail) => {
          expect(JOB_EVENTS[type].safeParse(detail).error).toBeUndefined();
        }),
        { seed: 1, numRuns: 50 },
      );
    }
  });
});

describe('the examples in docs/events.md', () => {
  const text = readFileSync('docs/events.md', 'utf8');
  const examples = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']) => JSON.parse(json));
  const events = examples.filter((example) => 'detail-type' in example);

  test('are one of each event, and a dead letter', () => {
    expect(events.map((event) => event['detail-type'])).toEqual([...JOB_EVENT_TYPES]);
    expect(examples).toHaveLength(JOB_EVENT_TYPES.length + 1);
  });

  test('keep to the contract', () => {
    for (const event of events) {
      const check = contractCheck(schemaOfEvent(event['detail-type']));
      expect({ [event['detail-type']]: check(event.detail) }).toEqual({ [event['detail-type']]: undefined });
    }
    const letter = examples.find((example) => !('detail-type' in example));
    expect(contractCheck('dead-letter')(letter)).toBeUndefined();
    expect(parseDeadLetter(JSON.stringify(letter))).toEqual(DEAD_LETTER.parse(letter));
  });
});
