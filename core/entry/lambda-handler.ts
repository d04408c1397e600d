import type { Context } from 'aws-lambda';
import { log } from '../../base/log.ts';
import { tracer } from '../../base/trace.ts';

/**
 * Wraps a function as a Lambda handler with one log line for the outcome and one trace subsegment.
 * Errors are rethrown unchanged: Step Functions matches on their names, and record-outcome logs the
 * failure.
 */
export function lambdaHandler<Event, Result>(name: string, work: (event: Event) => Promise<Result>) {
  return async (event: Event, context?: Context): Promise<Result> => {
    if (context) log.addContext(context);
    const segment = tracer.isTracingEnabled()
      ? tracer.getSegment()?.addNewSubsegment(`## ${name}`)
      : undefined;
    const started = performance.now();
    try {
      const result = await work(event);
      log.info(name, { outcome: 'ok', milliseconds: Math.round(performance.now() - started) });
      return result;
    } catch (error) {
      segment?.addError(error as Error);
      log.info(name, {
        outcome: (error as Error).name,
        milliseconds: Math.round(performance.now() - started),
      });
      throw error;
    } finally {
      segment?.close();
    }
  };
}
