import { inBatches } from '../../../base/in-batches.ts';
import { RECORD_RESULTS, S3_EVENTS } from '../../../contract/s3-event-api.ts';
import { route } from '../http/route.ts';
import { entriesOf } from '../uploads/s3-records.ts';
import { submitRecord } from '../uploads/submit-record.ts';

export const processS3Event = route({
  method: 'post',
  path: '/api/media/process-s3-event',
  operationId: 'processS3Event',
  summary: 'Process uploads from their S3 events: events that were lost, or uploads older than the pipeline',
  description:
    "Starts a job for the current object of each key, unless it has one. A record only names the upload: size, ETag and version come from S3, and any event of S3 that is still under way takes precedence. Submitting another user's upload of the tenant is allowed.",
  access: 'caller',
  maxBody: 256 * 1024,
  body: S3_EVENTS,
  responses: {
    200: {
      description: 'The result for each record, in the same order',
      schema: RECORD_RESULTS,
    },
  },
  async handle(deps, { identity, body }) {
    const results = await inBatches(entriesOf(body), 10, (entry) => submitRecord(deps, identity, entry));
    return { status: 200, body: { results } };
  },
});
