import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { arbitraryOf, type JsonSchema } from '../../support/arbitrary-of-schema.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { logoPng } from '../../support/logo.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { streamWorker } from '../../support/small-stream.ts';
import { PIXEL, standInWorker } from '../../support/stand-in-worker.ts';

/** `REQUESTS=10000 FUZZ_SEED=7 npm test -- openapi` for a long run. */
const REQUESTS = Number(process.env.REQUESTS ?? 3_500);
let api: JobApi;
let document: JsonSchema;
let jobIds: string[];
let backfillId: string;
const stores = () => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET });
const worker = standInWorker(stores);
const streams = streamWorker(stores);

beforeAll(async () => {
  api = await startApi({
    work: (order) => (order.key.includes('stream') ? streams(order) : worker.work(order)),
    // Generated requests would wait for changes that nobody makes.
    settings: { MAX_WAITING_REQUESTS: '0' },
  });
  document = (await api.call('GET', '/api/media/openapi.json', { as: null })).body;
  worker.fail('failing');
  const files = ['stream-1.png', 'stream-2.png', 'failing-1.png', 'failing-2.png', 'picture.png'];
  const keys = files.flatMap((file) => [uploadKey(file), uploadKey(file, 'globex', 'bob')]);
  await Promise.all(keys.map((key) => api.upload(key, PIXEL)));
  jobIds = await Promise.all(keys.map(async (key) => (await api.ended(key)).jobId));
  const png = (await logoPng()).toString('base64');
  await api.call('PUT', '/api/media/watermarks/logo?tenantId=acme', { as: 'operator', body: { png } });
  const body = { prefix: 'tenants/' };
  ({ backfillId } = (await api.call('POST', '/api/media/backfills', { as: 'operator', body })).body);
});
afterAll(() => api?.stop());

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(document));
    expect(result).toMatchObject({ valid: true });
    expect(document.openapi).toBe('3.1.0');
  });

  test('names every route of the issue', () => {
    const operations = Object.entries(document.paths as JsonSchema).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path.replace('/api/media', '')}`),
    );
    expect(operations).toEqual(
      expect.arrayContaining([
        'get /jobs',
        'get /jobs/{jobId}',
        'get /jobs/{jobId}/hls/{playlist}',
        'get /jobs/{jobId}/hls/{rendition}/{playlist}',
        'get /jobs/{jobId}/thumbnail',
        'post /jobs/{jobId}',
        'delete /jobs/{jobId}',
        'get /jobs/stats',
        'post /jobs/redrive',
        'post /process-s3-event',
        'post /uploads',
        'post /backfills',
        'get /backfills/{backfillId}',
        'post /backfills/{backfillId}',
        'delete /backfills/{backfillId}',
        'get /backfills/{backfillId}/uploads',
        'get /health',
      ]),
    );
  });

  test(`describes every answer to ${REQUESTS} generated requests, and none is a 5xx`, async () => {
    const check = responseChecker();
    const counts: Record<number, number> = {};
    const answered = new Set<string>();
    const seed = Number(process.env.FUZZ_SEED ?? 20260101);
    const property = fc.asyncProperty(requests(), async (request) => {
      const { status, headers, body } = await api.call(request.method, request.path, request.call);
      counts[status] = (counts[status] ?? 0) + 1;
      answered.add(`${request.operation.operationId} ${status}`);
      const wrong = check(request, status, headers.get('content-type'), body);
      expect({ status, wrong, body: wrong && body }).toEqual({ status, wrong: null, body: null });
      expect(status).toBeLessThan(500);
    });
    await fc.assert(property, { seed, numRuns: REQUESTS, endOnFailure: true });
    process.stdout.write(`fuzz, seed ${seed}: ${JSON.stringify(counts)}\n`);
    expect(Object.keys(counts).map(Number)).toEqual(expect.arrayContaining([200, 400, 401, 404, 409]));
    const conditional = ['getPlaylist', 'getRenditionPlaylist', 'getThumbnail'];
    expect(answered).toContain('getWatermark 200');
    for (const status of [200, 304, 404])
      for (const operation of conditional) expect(answered).toContain(`${operation} ${status}`);
  }, 900_000);
});

interface Operation {
  method: string;
  template: string;
  operation: JsonSchema;
}

interface Generated extends Operation {
  path: string;
  call: { as: string | null; body?: string; headers: Record<string, string> };
}

const operations = (): Operation[] =>
  Object.entries(document.paths as JsonSchema).flatMap(([template, methods]) =>
    Object.entries(methods as JsonSchema).map(([method, operation]) => ({
      method: method.toUpperCase(),
      template,
      operation,
    })),
  );

/** Requests to each operation alike: mostly as the document says, and with something wrong in them. */
function requests(): fc.Arbitrary<Generated> {
  return fc.oneof(...operations().map(requestTo));
}

/** Values that a random text would never hit. */
const KNOWN = (): Record<string, string[]> => ({
  jobId: jobIds,
  backfillId: [backfillId],
  name: ['default', 'logo'],
  tenantId: ['acme', 'globex'],
  playlist: ['master.m3u8', 'index.m3u8'],
  rendition: ['480p'],
});

function requestTo({ method, template, operation }: Operation): fc.Arbitrary<Generated> {
  const definitions = document.components.schemas as Record<string, JsonSchema>;
  const values = (schema: JsonSchema) => arbitraryOf(schema, definitions);
  const parameters = (operation.parameters ?? []) as { name: string; in: string; schema: JsonSchema }[];
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '0', '%00', '..', 'null'),
  );
  const named = (place: string) =>
    Object.fromEntries(
      parameters
        .filter((parameter) => parameter.in === place)
        .map(({ name, schema }) => [
          name,
          often(name in KNOWN() ? fc.constantFrom(...(KNOWN()[name] ?? [])) : values(schema), text),
        ]),
    );
  const query = fc.record(named('query'), { requiredKeys: [] });
  const unknown = often(fc.constant({}), fc.dictionary(fc.string({ minLength: 1 }), text, { maxKeys: 2 }));
  const content = operation.requestBody?.content['application/json'].schema as JsonSchema | undefined;
  const bodies = content
    ? fc.oneof(
        { arbitrary: values(content).map(unhurried), weight: 6 },
        { arbitrary: fc.jsonValue(), weight: 2 },
      )
    : undefined;
  const body = bodies
    ? often(
        bodies.map((value) => JSON.stringify(value)),
        fc.oneof(text, fc.constant('{"a":'), fc.constant('['.repeat(9000))),
      )
    : fc.constant(undefined);
  return fc
    .record({
      params: fc.record(named('path')),
      query,
      unknown,
      body,
      as: often(
        fc.constantFrom('acme/ann', 'globex/bob', 'acme', 'operator', 'operator', 'nobody/home'),
        fc.constantFrom(null, 'no tenant/x/y', ''),
      ),
      type: often(fc.constant('application/json'), fc.constantFrom('text/plain', 'application/xml', '')),
      etag: fc.oneof(
        fc.constant('*'),
        fc.string().map((tag) => encodeURIComponent(tag)),
      ),
    })
    .map(({ params, query: known, unknown: extra, body: sent, as, type, etag }) => {
      const path = template.replaceAll(/\{(\w+)\}/g, (_all, name: string) => segment(String(params[name])));
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries({ ...known, ...extra })) search.append(name, String(value));
      const headers = { ...(sent !== undefined && { 'content-type': type }), 'if-none-match': etag };
      const call = { as, headers, ...(sent !== undefined && { body: sent }) };
      return { method, template, operation, path: search.size > 0 ? `${path}?${search}` : path, call };
    });
}

const often = <T, U>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<U>) =>
  fc.oneof(
    { arbitrary: usual as fc.Arbitrary<T | U>, weight: 8 },
    { arbitrary: rare as fc.Arbitrary<T | U>, weight: 1 },
  );

/** An empty segment or one of dots would be another path, of which the document says nothing. */
const segment = (value: string) => encodeURIComponent(value.toWellFormed()).replace(/^(\.{0,2})$/, 'x$1');

/** Bulk redrives wait between jobs as they are told to; here they need not. */
function unhurried(body: unknown): unknown {
  if (body && typeof body === 'object' && 'ratePerSecond' in body) return { ...body, ratePerSecond: 50 };
  return body && typeof body === 'object' && 'dryRun' in body ? { ...body, limit: 3 } : body;
}

/** What an answer has that the document does not allow it to have; null: nothing. */
function responseChecker() {
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'https://api/', components: document.components });
  const compiled = new Map<string, ReturnType<typeof ajv.compile>>();
  return ({ template, method, operation }: Operation, status: number, type: string | null, body: unknown) => {
    const response = operation.responses[status] as JsonSchema | undefined;
    if (!response) return `${method} ${template}: status ${status} is not in the document`;
    if (!response.content) return body === undefined ? null : `${status} has a body`;
    const schema = response.content[type ?? '']?.schema as JsonSchema | undefined;
    if (!schema) return `${method} ${template} ${status}: content type ${type} is not in the document`;
    const id = `${method} ${template} ${status}`;
    const validate =
      compiled.get(id) ??
      ajv.compile(
        JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"https://api/#/components')),
      );
    compiled.set(id, validate);
    return validate(body) ? null : `${id}: ${ajv.errorsText(validate.errors)}`;
  };
}
