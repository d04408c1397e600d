import { randomBytes } from 'node:crypto';
import {
  BACKFILL,
  BACKFILL_PARAMS,
  BACKFILL_REQUEST,
  BACKFILL_UPLOADS,
  BACKFILL_UPLOADS_QUERY,
} from '../../../contract/backfill-api.ts';
import { folderOf } from '../../../core/lifecycle/backfill-reports.ts';
import { arnOfBackfill, backfillView, describeBackfill } from '../backfills/backfill-view.ts';
import { conflict, invalid } from '../http/problem.ts';
import { route } from '../http/route.ts';

const PATH = '/api/media/backfills';

export const createBackfill = route({
  method: 'post',
  path: PATH,
  operationId: 'createBackfill',
  summary:
    'Process the uploads under a prefix that have no job: older than the pipeline, or whose event was lost',
  description:
    'Starts an execution of the state machine media-backfill, which lists the prefix and needs no client. An upload is not processed again if it has a job, or if the manifest of its outputs names the ETag of its present content. Two backfills of the same keys start each job once.',
  access: 'operator',
  body: BACKFILL_REQUEST,
  responses: { 202: { description: 'The backfill has begun', schema: BACKFILL } },
  async handle(deps, { body }) {
    const at = deps.now().toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
    const backfillId = `${at}-${randomBytes(4).toString('hex')}`;
    await deps.executions.start(deps.config.BACKFILL_STATE_MACHINE_ARN, backfillId, body);
    return { status: 202, body: await backfillView(deps, backfillId) };
  },
});

export const getBackfill = route({
  method: 'get',
  path: `${PATH}/{backfillId}`,
  operationId: 'getBackfill',
  summary: 'Get a backfill: its status, keys by outcome so far, estimated cost',
  access: 'operator',
  params: BACKFILL_PARAMS,
  responses: { 200: { description: 'The backfill', schema: BACKFILL } },
  problems: [404],
  async handle(deps, { params: { backfillId } }) {
    return { status: 200, body: await backfillView(deps, backfillId) };
  },
});

export const getBackfillUploads = route({
  method: 'get',
  path: `${PATH}/{backfillId}/uploads`,
  operationId: 'getBackfillUploads',
  summary: 'Get what a backfill did, or in a dry run would do, with each upload, and why',
  access: 'operator',
  params: BACKFILL_PARAMS,
  query: BACKFILL_UPLOADS_QUERY,
  responses: { 200: { description: 'A page of uploads, in no order', schema: BACKFILL_UPLOADS } },
  problems: [404],
  async handle(deps, { params: { backfillId }, query: { outcome, cursor } }) {
    await describeBackfill(deps, backfillId);
    const after = cursor && keyOf(cursor, backfillId);
    const { uploads, next } = await deps.backfillReports.read(backfillId, { outcome, after });
    return { status: 200, body: { uploads, nextCursor: next && cursorOf(next) } };
  },
});

export const resumeBackfill = route({
  method: 'post',
  path: `${PATH}/{backfillId}`,
  operationId: 'resumeBackfill',
  summary: 'Resume a backfill that failed or was stopped: only the batches that were not done are done',
  access: 'operator',
  params: BACKFILL_PARAMS,
  responses: { 202: { description: 'The backfill goes on', schema: BACKFILL } },
  problems: [404, 409],
  async handle(deps, { params: { backfillId } }) {
    await describeBackfill(deps, backfillId);
    try {
      await deps.executions.redrive(arnOfBackfill(deps, backfillId));
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ExecutionNotRedrivable') throw error;
      throw conflict('backfill-not-resumable', `Step Functions refuses: ${error.message}`);
    }
    return { status: 202, body: await backfillView(deps, backfillId) };
  },
});

export const stopBackfill = route({
  method: 'delete',
  path: `${PATH}/{backfillId}`,
  operationId: 'stopBackfill',
  summary: 'Stop a backfill; jobs that it has started go on',
  access: 'operator',
  params: BACKFILL_PARAMS,
  responses: { 200: { description: 'The backfill', schema: BACKFILL } },
  problems: [404],
  async handle(deps, { identity, params: { backfillId } }) {
    await describeBackfill(deps, backfillId);
    await deps.executions.stop(arnOfBackfill(deps, backfillId), 'Stopped', `Stopped by ${identity.name}.`);
    return { status: 200, body: await backfillView(deps, backfillId) };
  },
});

const cursorOf = (key: string) => Buffer.from(key).toString('base64url');

function keyOf(cursor: string, backfillId: string): string {
  const key = Buffer.from(cursor, 'base64url').toString('utf8');
  if (key.startsWith(folderOf(backfillId)) && cursorOf(key) === cursor) return key;
  throw invalid([{ at: 'cursor', detail: 'expected a cursor of this listing; start over without one' }]);
}
