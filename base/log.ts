import { Logger } from '@aws-lambda-powertools/logger';

/**
 * Maximum length of a log field in characters: a 20 kB file name must not bury the rest of the
 * line.
 */
const MAX_FIELD = 2048;

/**
 * Logger that writes JSON lines with Powertools' fields (level, service, function, cold start,
 * trace id).
 */
export const log = new Logger({
  serviceName: process.env.POWERTOOLS_SERVICE_NAME ?? 'media-pipeline',
  jsonReplacerFn: (_key, value: unknown) =>
    typeof value === 'string' && value.length > MAX_FIELD
      ? `${value.slice(0, MAX_FIELD)}… (${value.length} characters)`
      : value,
});
