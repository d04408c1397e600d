import { intercept, type Middleware } from '../http/middleware.ts';
import { awsCallOf } from './aws-call.ts';
import { refuse } from './fault-answer.ts';

const MINUTE = 60_000;
/**
 * Maximum distance in milliseconds between the time of a signature and the service's time. S3 names
 * its limit in the error (`MaxAllowedSkewMilliseconds`); the others:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
const MAX_SKEW = { s3: 15 * MINUTE, others: 5 * MINUTE };

/**
 * Refuses requests whose sender's clock is wrong, as AWS does. The SDK then takes the time from the
 * response's `Date` header and signs again.
 */
export const refuseSkewedClocks: Middleware = (server) =>
  intercept(server, (request, response, next) => {
    const signedAt = parseTime(request.headers['x-amz-date']);
    const call = awsCallOf(request);
    const limit = call.service === 's3' ? MAX_SKEW.s3 : MAX_SKEW.others;
    if (signedAt === undefined || Math.abs(signedAt - Date.now()) <= limit) return next();
    request.resume();
    const message =
      call.service === 's3'
        ? 'The difference between the request time and the current time is too large.'
        : `Signature expired: the request was signed at ${new Date(signedAt).toISOString()}`;
    refuse(call, response, 'skew', message);
  });

/** Parses ISO 8601 in its basic form, `20260131T235959Z`, into epoch milliseconds. */
function parseTime(header: string | string[] | undefined): number | undefined {
  const [, date, time] = /^(\d{8})T(\d{6})Z$/.exec(String(header)) ?? [];
  if (!date || !time) return undefined;
  return Date.parse(`${date.replace(/(..)(..)$/, '-$1-$2')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`);
}
