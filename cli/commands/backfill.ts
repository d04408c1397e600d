import { readConfig } from '../../base/config.ts';
import { MAX_RECORDS, type RecordResult } from '../../contract/s3-event-api.ts';
import { ownerOf } from '../../contract/upload-key.ts';
import { apiCommand, cliEnvironment, onlyPositional } from '../api-client.ts';
import type { AwsAccess } from '../aws-access.ts';
import { numberOf } from '../job-filter.ts';
import { formatTable } from '../view.ts';

/** Result per object. A dry run only lists objects and sends nothing. */
type Result = RecordResult | { key: string; outcome: 'listed'; reason?: undefined };

export const command = apiCommand({
  name: 'backfill',
  usage: 'PREFIX [--limit N] [--dry-run]',
  summary:
    'Process objects under a prefix of the media bucket that have no job: uploads older than the pipeline, or whose event was lost',
  examples: [
    'npm run cli -- backfill tenants/acme/users/ann/media/ --dry-run',
    'MEDIA_BUCKET=my-uploads npm run cli -- backfill tenants/ --api https://api.example --limit 1000',
  ],
  options: { limit: { type: 'string' }, 'dry-run': { type: 'boolean' } },
  async run(api, context) {
    const prefix = onlyPositional(context, 'prefix');
    const { values, json, print, aws } = context;
    const limit = numberOf(values.limit) ?? Number.POSITIVE_INFINITY;
    const results: Result[] = [];
    for await (const records of batches(aws, prefix, limit)) {
      if (values['dry-run']) results.push(...records.map(({ key }) => ({ key, outcome: 'listed' as const })));
      else {
        const Records = records.map(({ record }) => record);
        results.push(
          ...(await api.post<{ results: RecordResult[] }>('/process-s3-event', { Records })).results,
        );
      }
    }
    print(json ? JSON.stringify({ results }) : summary(results));
    return results.some(({ outcome }) => outcome === 'refused' || outcome === 'failed') ? 1 : 0;
  },
});

/**
 * Yields the listed objects as event notifications that only name them: the API asks S3 for the
 * rest.
 */
async function* batches(aws: AwsAccess, prefix: string, limit: number) {
  const environment = cliEnvironment();
  const { MEDIA_BUCKET: bucket } = readConfig(environment, ['MEDIA_BUCKET']);
  let batch: { key: string; record: object }[] = [];
  let listed = 0;
  for await (const { key } of aws.listObjects(environment, bucket, prefix)) {
    if (listed >= limit) break;
    if (!ownerOf(key)) continue;
    listed++;
    const object = { key: encodeURIComponent(key) };
    const record = { eventName: 'ObjectCreated:Backfill', s3: { bucket: { name: bucket }, object } };
    batch.push({ key, record });
    if (batch.length === MAX_RECORDS) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function summary(results: readonly Result[]): string {
  const outcomes = Map.groupBy(results, ({ outcome }) => outcome);
  const counts = [...outcomes].map(([outcome, some]) => [outcome, `${some.length}`]);
  const reasons = results
    .filter(({ outcome }) => outcome === 'refused' || outcome === 'failed')
    .map(({ outcome, key, reason = '' }) => `${outcome} ${key}: ${reason}`);
  return [formatTable(['outcome', 'uploads'], counts), ...reasons].join('\n');
}
