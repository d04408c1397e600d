import * as z from 'zod';
import { describeIssues } from '../base/describe-issues.ts';
import { MediaError } from '../base/errors.ts';
import { MEDIA_KINDS } from '../media/kinds/kinds.ts';

/**
 * What travels between the states of an execution. A redrive replays orders of up to 14 days ago
 * into the code of today, and a rollback gives orders of today to older code. So fields are only
 * ever added, and only optional ones (docs/job-contract.md); what a reader does not know, it lets
 * pass.
 */

const text = z.string().min(1);
const count = z.number().int().min(0);
const KIND = z.enum(MEDIA_KINDS);

const SLOT_FIELDS = {
  id: text.describe('Item of the job table that counts the tasks of this kind.'),
  tenant: text.describe('Attribute of that item that counts the tasks of this tenant.'),
  limit: z.number().int().min(1).describe('Tasks of this kind at once, of all tenants.'),
  share: z.number().int().min(1).describe('Tasks of this kind at once, of one tenant.'),
};

const ORDER_FIELDS = {
  jobId: text,
  executionArn: text,
  tenantId: text,
  userId: text,
  bucket: text,
  key: text,
  versionId: text.nullable().describe('null on a bucket without versions.'),
  etag: z.string(),
  size: count.describe('Bytes.'),
  kind: KIND,
  contentType: text,
  convert: z.boolean().describe('An Office document: a PDF is made of it first.'),
  stem: text.describe('Stem of the output keys.'),
  timeoutSeconds: z.number().min(1).describe('Time that a Fargate task may take.'),
  slot: z.looseObject(SLOT_FIELDS).optional().describe('Where the work is a Fargate task.'),
};

const CONVERTED_FIELDS = {
  key: text.describe('In the output bucket.'),
  etag: text,
  createdAt: text.optional().describe('ISO 8601; what the Office document says of itself.'),
  modifiedAt: text.optional().describe('ISO 8601; what the Office document says of itself.'),
};

const RESULT_FIELDS = {
  manifestKey: text.describe('In the output bucket; lists every output.'),
  outputCount: count,
  kind: KIND.describe('What the upload turned out to be: a video without pictures is AUDIO.'),
  degraded: z.array(z.string()).describe('Why the outputs are less than the source could give.'),
};

export const WORK_ORDER = z.looseObject(ORDER_FIELDS).meta({
  title: 'Work order',
  description: 'What the state machine hands to a work state: enough to process an upload.',
});

/** The PDF that ConvertOfficeDocument made of an Office document and published. */
const CONVERTED = z.looseObject(CONVERTED_FIELDS);

export const DOCUMENT_ORDER = WORK_ORDER.extend({
  converted: CONVERTED.nullish().describe('Where ConvertOfficeDocument has made a PDF: its result.'),
}).meta({
  title: 'Document order',
  description: 'The work order of ProcessDocument, which reads the PDF of an Office document.',
});

/** What a work state hands back; `CompleteJob` writes it to the row. */
export const WORK_RESULT = z.looseObject(RESULT_FIELDS).meta({
  title: 'Work result',
  description: 'What a work state hands back once it has published; CompleteJob writes it to the job row.',
});

// Without the index signature that a loose schema infers: code may use only the fields that are
// named.
type Plain<Fields extends z.ZodRawShape> = z.infer<z.ZodObject<Fields>>;

/** What a job needs to take a slot (core/jobs/task-slots.ts). */
export type SlotRequest = Plain<typeof SLOT_FIELDS>;
export type SlotLimits = Pick<SlotRequest, 'limit' | 'share'>;
export type ConvertedDocument = Plain<typeof CONVERTED_FIELDS>;
export type WorkOrder = Plain<typeof ORDER_FIELDS>;
export type DocumentOrder = WorkOrder & { converted?: ConvertedDocument | null | undefined };
export type WorkResult = Plain<typeof RESULT_FIELDS>;

/**
 * Throws `InvalidConfiguration`: only another version's state machine or a person can have sent
 * what is none.
 */
export function parseWorkOrder(order: unknown): WorkOrder {
  return parse(WORK_ORDER, order);
}

/** Throws as `parseWorkOrder` does. */
export function parseDocumentOrder(order: unknown): DocumentOrder {
  return parse(DOCUMENT_ORDER, order);
}

function parse<Order>(schema: z.ZodType<Order>, order: unknown): Order {
  const parsed = schema.safeParse(order);
  if (parsed.success) return parsed.data;
  const problems = describeIssues(parsed.error, order);
  throw new MediaError('InvalidConfiguration', `Expected a work order; ${problems}.`);
}
