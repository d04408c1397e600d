import * as z from 'zod';
import { inBatches } from '../../../base/in-batches.ts';
import { JOB_ID } from '../../../contract/job-api.ts';
import { route } from '../http/route.ts';
import { entriesOf, S3_EVENTS } from '../uploads/s3-records.ts';
import { startUpload } from '../uploads/start-upload.ts';

const RESULT = z
  .object({
    key: z.string(),
    outcome: z
      .enum(['started', 'duplicate', 'ignored', 'refused'])
      .describe('duplicate: the upload has a job already; ignored: nothing to process, such as a delete.'),
    jobId: JOB_ID.optional(),
    executionArn: z.string().optional(),
    reason: z.string().optional(),
  })
  .meta({ id: 'RecordResult' });

export const processS3Event = route({
  method: 'post',
  path: '/api/media/process-s3-event',
  operationId: 'processS3Event',
  summary: 'Process uploads by their S3 events: those that got lost, or that are older than the pipeline',
  access: 'caller',
  maxBody: 256 * 1024,
  body: S3_EVENTS,
  responses: {
    200: {
      description: 'What became of each record, in their order',
      schema: z.object({ results: z.array(RESULT) }).meta({ id: 'RecordResults' }),
    },
  },
  async handle(deps, { identity, body }) {
    const results = await inBatches(entriesOf(body), 10, (entry) => startUpload(deps, identity, entry));
    return { status: 200, body: { results } };
  },
});
