import { Tracer } from '@aws-lambda-powertools/tracer';

/**
 * X-Ray tracer. Powertools disables it outside Lambda, so the local run and the tests need no
 * daemon.
 */
export const tracer = new Tracer({ serviceName: process.env.POWERTOOLS_SERVICE_NAME ?? 'media-pipeline' });

/** Records each call of an AWS SDK client as a subsegment. */
export function traced<Client extends { middlewareStack: unknown }>(client: Client): Client {
  return tracer.isTracingEnabled() ? (tracer.captureAWSv3Client(client as never) as Client) : client;
}
