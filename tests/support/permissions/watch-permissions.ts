import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cloud } from '../../../local/cloud.ts';
import type { AwsCall } from '../../../local/faults/aws-call.ts';
import type { PolicyStatement } from '../../../scripts/permissions/allowed-actions.ts';
import { type AccessRequest, allowedBy } from '../policies/evaluate.ts';
import { bucketArn, requestsOfCall } from './requests-of-call.ts';

/** S3 answers AccessDenied, not NoSuchKey, to a caller that may not list the bucket. */
const MAY_MISS = /^(?:Get|Head)Object$/;

/**
 * Evaluates every call of the product's functions and tasks against the policy of the caller's
 * role. `policies`: statements by the name of the function or task. Calls of others are the test's.
 */
export function watchPermissions(cloud: Cloud, policies: ReadonlyMap<string, readonly PolicyStatement[]>) {
  /** Requests by caller, each once. */
  const made = new Map<string, Map<string, AccessRequest>>();
  const refused = new Set<string>();

  const see = (caller: string, requests: readonly AccessRequest[]) => {
    const known = made.get(caller) ?? new Map<string, AccessRequest>();
    made.set(caller, known);
    for (const request of requests) {
      known.set(JSON.stringify(request), request);
      if (allowedBy(policies.get(caller) ?? [], request).length === 0)
        refused.add(`${caller} may not ${request.action} on ${request.resource}`);
    }
  };

  const observe = (call: AwsCall, response: ServerResponse) => {
    const caller = callerOf(call.request);
    if (!policies.has(caller)) return;
    const chunks: Buffer[] = [];
    const { request } = call;
    const { emit } = request;
    response.once('finish', () => {
      if (response.statusCode === 404 && MAY_MISS.test(call.action))
        see(caller, [{ action: 's3:ListBucket', resource: bucketArn(call.bucket) }]);
    });
    // Looks on: a listener would start the stream before its reader is there.
    request.emit = (event: string, ...values: unknown[]) => {
      if (event === 'data') chunks.push(Buffer.from(values[0] as Buffer));
      if (event === 'end') see(caller, requestsOfCall(call, Buffer.concat(chunks).toString()));
      return emit.call(request, event, ...values);
    };
  };
  cloud.faults.observers.add(observe);
  return {
    made: made as ReadonlyMap<string, ReadonlyMap<string, AccessRequest>>,
    refused: refused as ReadonlySet<string>,
    stop: () => cloud.faults.observers.delete(observe),
  };
}

/** Returns the access key with which a request is signed: in a header, or in a presigned URL. */
function callerOf({ headers, url = '' }: IncomingMessage): string {
  const signed = /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1];
  const presigned = new URL(url, 'http://local').searchParams.get('X-Amz-Credential')?.split('/')[0];
  return signed ?? presigned ?? '';
}
