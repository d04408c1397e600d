import * as z from 'zod';
import { IDENTIFIER_PATTERN } from './identifier.ts';
import { ERROR_CATEGORIES, JOB_STATUSES, MEDIA_KINDS } from './lists.ts';

/**
 * Schemas shared by requests and responses. An `id` makes a schema a component of the OpenAPI
 * document.
 */

export const STATUS = z.enum(JOB_STATUSES).meta({ id: 'JobStatus' });
export const KIND = z.enum(MEDIA_KINDS).meta({ id: 'MediaKind' });
export const CATEGORY = z.enum(ERROR_CATEGORIES).meta({ id: 'ErrorCategory' });
export const JOB_ID = z
  .string()
  .regex(/^job_[a-z2-7]{26}$/, 'expected job_ followed by 26 characters a-z or 2-7');
export const IDENTIFIER = z
  .string()
  .regex(new RegExp(`^${IDENTIFIER_PATTERN}$`), 'expected 1 to 64 letters, digits, _ or -');
/**
 * Timestamp in a request. Offsets are converted to UTC, because rows are sorted by their UTC
 * timestamps as text.
 */
export const MOMENT = z.iso
  .datetime({ offset: true, error: 'expected a date and time such as 2026-01-31T12:00:00Z' })
  .refine(isFourDigitYear, 'expected a year from 0 to 9999 in UTC');
export const PROFILE_NAME = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'expected up to 63 characters a-z, 0-9 or -, beginning with a letter');
export const CURSOR = z.string().min(1).max(512);

/**
 * Checks the year in UTC: an offset can move a timestamp past year 0 or 9999, and its text then no
 * longer sorts with the others. An invalid timestamp already has its own error.
 */
function isFourDigitYear(text: string): boolean {
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) || /^\d{4}-/.test(moment.toISOString());
}
