import {
  WATERMARK_CHANGE_QUERY,
  WATERMARK_DETAIL,
  WATERMARK_LIST,
  WATERMARK_PARAMS,
  WATERMARK_QUERY,
  WATERMARK_REQUEST,
  WATERMARK_SUMMARY,
} from '../../../contract/profiles/watermark-api.ts';
import { type PngFacts, pngFacts } from '../../../media/watermark/png-facts.ts';
import { invalid, notFound, unprocessable } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { watermarkTenant, watermarkView } from '../watermarks/watermark-view.ts';

const PATH = '/api/media/watermarks';

export const listWatermarks = route({
  method: 'get',
  path: PATH,
  operationId: 'listWatermarks',
  summary: 'List the watermarks of a tenant',
  access: 'caller',
  query: WATERMARK_QUERY,
  responses: { 200: { description: 'The watermarks', schema: WATERMARK_LIST } },
  async handle(deps, { identity, query }) {
    const tenantId = watermarkTenant(identity, query.tenantId);
    const rows = await deps.watermarkRows.read(tenantId);
    const names = Object.keys(rows).sort();
    const watermarks = names.map((name) => watermarkView(rows, { tenantId, name, identity }));
    return { status: 200, body: { watermarks } };
  },
});

export const getWatermark = route({
  method: 'get',
  path: `${PATH}/{name}`,
  operationId: 'getWatermark',
  summary: 'Get a watermark of a tenant and its image',
  access: 'caller',
  params: WATERMARK_PARAMS,
  query: WATERMARK_QUERY,
  responses: { 200: { description: 'The watermark', schema: WATERMARK_DETAIL } },
  problems: [404],
  async handle(deps, { identity, params: { name }, query }) {
    const tenantId = watermarkTenant(identity, query.tenantId);
    const view = watermarkView(await deps.watermarkRows.read(tenantId), { tenantId, name, identity });
    if (!view) throw notFound(`watermark ${name} of ${tenantId}`);
    const png = await deps.watermarkImages.read(tenantId, view.hash);
    return { status: 200, body: { ...view, png: png.toString('base64') } };
  },
});

export const putWatermark = route({
  method: 'put',
  path: `${PATH}/{name}`,
  operationId: 'putWatermark',
  summary: 'Create or replace a watermark of a tenant',
  description:
    'Uploads that are admitted afterwards get it, where their profile names it; jobs that were admitted before keep the image that they were admitted with.',
  access: 'operator',
  params: WATERMARK_PARAMS,
  query: WATERMARK_CHANGE_QUERY,
  body: WATERMARK_REQUEST,
  // An image as base64, and one that is a little too large, which is refused by its field.
  maxBody: 2 * 1024 * 1024,
  responses: { 200: { description: 'The watermark as stored', schema: WATERMARK_SUMMARY } },
  problems: [422],
  async handle(deps, { identity, params: { name }, query: { tenantId }, body }) {
    const png = Buffer.from(body.png, 'base64');
    const row = {
      ...checked(png),
      ...{ bytes: png.length, updatedAt: deps.now().toISOString(), updatedBy: identity.name },
      hash: await deps.watermarkImages.store(tenantId, png),
    };
    await deps.watermarkRows.set(tenantId, name, row).catch(tooMany);
    return { status: 200, body: watermarkView({ [name]: row }, { tenantId, name, identity }) };
  },
});

export const deleteWatermark = route({
  method: 'delete',
  path: `${PATH}/{name}`,
  operationId: 'deleteWatermark',
  summary: 'Delete a watermark of a tenant; jobs that have it keep it',
  description: 'Uploads whose profile names it are rejected (WatermarkNotFound) until there is another.',
  access: 'operator',
  params: WATERMARK_PARAMS,
  query: WATERMARK_CHANGE_QUERY,
  responses: { 204: { description: 'There is no such watermark any more' } },
  async handle(deps, { params: { name }, query: { tenantId } }) {
    await deps.watermarkRows.remove(tenantId, name);
    return { status: 204 };
  },
});

function checked(png: Buffer): PngFacts {
  try {
    return pngFacts(png);
  } catch (error) {
    throw error instanceof RangeError ? invalid([{ at: 'png', detail: error.message }]) : error;
  }
}

function tooMany(error: unknown): never {
  throw error instanceof RangeError
    ? unprocessable('too-many-watermarks', 'Too many watermarks', `${error.message}.`)
    : error;
}
