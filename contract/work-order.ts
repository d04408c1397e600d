import * as z from 'zod';
import { MAX_CHUNK_TASKS, MAX_CHUNKS } from '../base/chunk-limits.ts';
import { describeIssues } from '../base/describe-issues.ts';
import { MediaError } from '../base/errors.ts';
import { MEDIA_KINDS } from '../media/kinds/kinds.ts';
import { FOCAL_POINT, type FocalPoint } from './focal-point.ts';

/**
 * Payloads passed between the states of an execution. A redrive replays work orders up to 14 days
 * old into current code, and a rollback gives current work orders to older code. So fields are only
 * ever added, and only optional ones (docs/job-contract.md). Readers accept unknown fields.
 */

const text = z.string().min(1);
const count = z.number().int().min(0);
const KIND = z.enum(MEDIA_KINDS);

const PROFILE_FIELDS = {
  name: text,
  hash: text.describe('SHA-256 of its document: profiles/{hash}.json in the output bucket.'),
};

/** By the name in the profile. */
export const WATERMARKS = z.record(
  text,
  text.describe('SHA-256 of its image: watermarks/{tenantId}/{hash}.png in the output bucket.'),
);
const FOCAL_POINT_FIELDS = FOCAL_POINT.shape;

const TERMS_FIELDS = {
  convert: z.boolean().describe('Whether this is an Office document, which is converted to PDF first.'),
  timeoutSeconds: z.number().min(1).describe('Timeout of the Fargate task.'),
  notes: z
    .array(z.string())
    .optional()
    .describe('What admission found odd about the upload; begins the list of `degraded`.'),
  profile: z
    .looseObject(PROFILE_FIELDS)
    .optional()
    .describe(
      'What is made of the upload, frozen at admission. Absent: the profile `default`.',
    ) as z.ZodOptional<z.ZodType<FrozenProfile>>,
  watermarks: WATERMARKS.optional().describe(
    "Hashes of the tenant's watermarks that the profile names for this kind, frozen at admission. Absent: none.",
  ),
  focalPoint: z
    .looseObject(FOCAL_POINT_FIELDS)
    .optional()
    .describe(
      'What matters in the picture, as shares of its width and height; from the user metadata of the upload.',
    ) as z.ZodOptional<z.ZodType<FocalPoint>>,
};

/** The part of a work order that a job row has for it alone. */
export const ORDER_TERMS = z.looseObject(TERMS_FIELDS);

const EARLIER_FIELDS = {
  manifestKey: text.describe('Key in the output bucket.'),
  manifestVersionId: text.optional(),
  only: z
    .array(text)
    .optional()
    .describe('Names of the outputs that are made again, and no others. Absent: those that are stale.'),
  attempt: count.optional().describe('Attempt that made them.'),
};

/** What outputs are made again of. */
export const EARLIER_OUTPUTS = z.looseObject(EARLIER_FIELDS);

const ORDER_FIELDS = {
  jobId: text,
  executionArn: text,
  tenantId: text,
  userId: text,
  bucket: text,
  key: text,
  versionId: text.nullable().describe('null if the bucket is not versioned.'),
  etag: z.string(),
  size: count.describe('Size in bytes.'),
  kind: KIND,
  contentType: text,
  stem: text.describe('Stem of the output keys.'),
  ...TERMS_FIELDS,
  earlier: EARLIER_OUTPUTS.optional().describe(
    'Manifest of the job, of whose outputs some are made again. Absent: all outputs are made.',
  ) as z.ZodOptional<z.ZodType<EarlierManifest>>,
};

const OBJECT_FIELDS = {
  key: text.describe('Key in the output bucket.'),
  versionId: text,
  etag: text,
};

const CONVERTED_TEXT_FIELDS = {
  text: z.looseObject(OBJECT_FIELDS).describe('Becomes text.txt.'),
  markdown: z.looseObject(OBJECT_FIELDS).describe('Becomes markdown.md.'),
  words: count,
  characters: count.describe('UTF-16 code units.'),
};

const CONVERTED_FIELDS = {
  key: text.describe('Key in the output bucket.'),
  versionId: text.optional().describe('Absent in results of earlier code.'),
  etag: text,
  createdAt: text.optional().describe('ISO 8601, from the metadata of the Office document.'),
  modifiedAt: text.optional().describe('ISO 8601, from the metadata of the Office document.'),
  tools: z
    .record(z.string(), z.string())
    .optional()
    .describe('Versions of the tools that made it. Absent in results of earlier code.'),
  texts: z
    .looseObject(CONVERTED_TEXT_FIELDS)
    .optional()
    .describe("The document's visible text from its own XML. Absent where the text is that of the pages."),
  degraded: z
    .array(z.string())
    .optional()
    .describe('Reasons why pages or text fall short of the document. Absent in results of earlier code.'),
};

const RESULT_FIELDS = {
  manifestKey: text.describe('Key in the output bucket. The manifest lists every output.'),
  manifestVersionId: text.optional().describe('Version of the manifest. Absent in results of earlier code.'),
  outputCount: count,
  kind: KIND.describe('Kind determined during processing: a video file without a video stream is AUDIO.'),
  degraded: z.array(z.string()).describe('Reasons why the outputs fall short of the source.'),
};

export const WORK_ORDER = z.looseObject(ORDER_FIELDS).meta({
  title: 'Work order',
  description: 'Input of a work state: everything needed to process an upload.',
});

/** PDF that ConvertOfficeDocument made from an Office document. */
const CONVERTED = z.looseObject(CONVERTED_FIELDS);

export const DOCUMENT_ORDER = WORK_ORDER.extend({
  converted: CONVERTED.nullish().describe('Result of ConvertOfficeDocument, if it made a PDF.'),
}).meta({
  title: 'Document order',
  description: 'Work order of ProcessDocument, which reads the PDF made from an Office document.',
});

/** Output of a work state. `CompleteJob` writes it to the job row. */
export const WORK_RESULT = z.looseObject(RESULT_FIELDS).meta({
  title: 'Work result',
  description: 'Output of a work state that has published its files. CompleteJob writes it to the job row.',
});

const SPLIT_FIELDS = {
  chunks: z
    .array(count)
    .min(1)
    .max(MAX_CHUNKS)
    .describe('Numbers of the chunks, in the order in which their tasks start.'),
  concurrency: z.number().int().min(1).max(MAX_CHUNK_TASKS).describe('Tasks that work on them at once.'),
};

/** Output of TranscodeVideo in place of a work result, if other tasks are to encode the film. */
export const SPLIT_RESULT = z.looseObject({ split: z.looseObject(SPLIT_FIELDS) }).meta({
  title: 'Split result',
  description:
    'Output of TranscodeVideo for a film that it has split: TranscodeChunk encodes each chunk, and JoinVideo publishes the outputs.',
});

const CHUNK_FIELDS = {
  chunk: count,
  damaged: z.boolean().describe('Whether frames of the source were lost to damage.'),
};

/** Output of TranscodeChunk. */
export const CHUNK_RESULT = z.looseObject(CHUNK_FIELDS).meta({
  title: 'Chunk result',
  description: 'Output of TranscodeChunk, which the execution does not keep: JoinVideo reads the files.',
});

// Drops the index signature that a loose schema infers, so that code can use declared fields only.
type Plain<Fields extends z.ZodRawShape> = z.infer<z.ZodObject<Fields>>;

export type ConvertedDocument = Plain<typeof CONVERTED_FIELDS>;
export type ConvertedTexts = Plain<typeof CONVERTED_TEXT_FIELDS>;
export type EarlierManifest = Plain<typeof EARLIER_FIELDS>;
export type FrozenProfile = Plain<typeof PROFILE_FIELDS>;
export type FrozenWatermarks = z.infer<typeof WATERMARKS>;
export type OrderTerms = Plain<typeof TERMS_FIELDS>;
export type WorkOrder = Plain<typeof ORDER_FIELDS>;
export type DocumentOrder = WorkOrder & { converted?: ConvertedDocument | null | undefined };
export type WorkResult = Plain<typeof RESULT_FIELDS>;
export type SplitResult = { split: Plain<typeof SPLIT_FIELDS> };
export type ChunkResult = Plain<typeof CHUNK_FIELDS>;

/**
 * Parses a work order. Throws `InvalidConfiguration` if it is invalid: only a state machine of
 * another version or a person can have sent it.
 */
export function parseWorkOrder(order: unknown): WorkOrder {
  return parse(WORK_ORDER, order);
}

/** Parses a document order. Throws like `parseWorkOrder`. */
export function parseDocumentOrder(order: unknown): DocumentOrder {
  return parse(DOCUMENT_ORDER, order);
}

/**
 * Returns a result as that of a film that was split, or undefined if it was not. Throws like
 * `parseWorkOrder` for more chunks than an execution can have.
 */
export function parseSplitResult(result: object): SplitResult | undefined {
  return 'split' in result ? parse(SPLIT_RESULT, result, 'a split result') : undefined;
}

function parse<Value>(schema: z.ZodType<Value>, value: unknown, what = 'a work order'): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = describeIssues(parsed.error, value);
  throw new MediaError('InvalidConfiguration', `Expected ${what}; ${problems}.`);
}
