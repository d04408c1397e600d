import { Logger } from '@aws-lambda-powertools/logger';

/** Bytes of untrusted text that one log field may hold: a 20 kB file name must not drown the line. */
const MAX_FIELD = 2048;

/** JSON lines with the fields that Powertools adds (level, service, function, cold start, trace id). */
export const log = new Logger({
  serviceName: process.env.POWERTOOLS_SERVICE_NAME ?? 'media-pipeline',
  jsonReplacerFn: (_key, value: unknown) =>
    typeof value === 'string' && value.length > MAX_FIELD
      ? `${value.slice(0, MAX_FIELD)}… (${value.length} characters)`
      : value,
});
