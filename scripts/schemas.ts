import { mkdir, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { DEAD_LETTER, DEAD_LETTER_VERSION } from '../contract/dead-letter.ts';
import { JOB_EVENT_VERSION, JOB_EVENTS } from '../contract/job-events.ts';
import {
  CHUNK_RESULT,
  DOCUMENT_ORDER,
  SPLIT_RESULT,
  WORK_ORDER,
  WORK_RESULT,
} from '../contract/work-order.ts';
import { PROFILE } from '../media/profile/profile.ts';

export const SCHEMA_FOLDER = 'contract/schemas';

/**
 * Returns the contracts as JSON Schema, for consumers in other languages, by file name. `npm run
 * schemas` writes them, and a test fails if one is stale. They are open like the contracts: fields
 * may be added.
 */
export function contractSchemas(): Record<string, object> {
  const events = Object.entries(JOB_EVENTS).map(([type, schema]) =>
    file(type.toLowerCase().replace(' ', '-'), schema, JOB_EVENT_VERSION),
  );
  return Object.fromEntries([
    ...events,
    file('dead-letter', DEAD_LETTER, DEAD_LETTER_VERSION),
    file('work-order', WORK_ORDER),
    file('document-order', DOCUMENT_ORDER),
    file('work-result', WORK_RESULT),
    file('split-result', SPLIT_RESULT),
    file('chunk-result', CHUNK_RESULT),
    file('profile', PROFILE),
  ]);
}

function file(name: string, schema: z.ZodType, version?: number): [string, object] {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  const $id = ['urn:media-pipeline:schema', name, ...(version ? [version] : [])].join(':');
  return [`${name}.schema.json`, { $schema, $id, ...rest }];
}

if (import.meta.main) {
  await mkdir(SCHEMA_FOLDER, { recursive: true });
  for (const [name, schema] of Object.entries(contractSchemas()))
    await writeFile(`${SCHEMA_FOLDER}/${name}`, `${JSON.stringify(schema, null, 2)}\n`);
}
