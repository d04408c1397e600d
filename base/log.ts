import { Logger } from '@aws-lambda-powertools/logger';

/**
 * Maximum length of a log field in characters: a 20 kB file name must not bury the rest of the
 * line.
 */
const MAX_FIELD = 2048;

/**
 * Characters that JSON may carry as they are, but that a terminal obeys (C1 controls, U+009B among
 * them), or that viewers take for a line break or a change of direction.
 */
const UNSAFE = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * Logger that writes JSON lines with Powertools' fields (level, service, function, cold start,
 * trace id).
 */
export const log = new Logger({
  serviceName: process.env.POWERTOOLS_SERVICE_NAME ?? 'media-pipeline',
  jsonReplacerFn: (_key, value: unknown) => (typeof value === 'string' ? printable(value) : value),
});

function printable(text: string): string {
  const cut = text.length > MAX_FIELD ? `${text.slice(0, MAX_FIELD)}… (${text.length} characters)` : text;
  return cut.replaceAll(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
