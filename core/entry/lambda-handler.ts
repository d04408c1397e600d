import type { Context } from 'aws-lambda';
import { log } from '../../base/log.ts';
import { namedIfMachine } from '../../base/machine-error.ts';
import { tracer } from '../../base/trace.ts';

/**
 * Wraps a function as a Lambda handler with one log line for the outcome and one trace subsegment.
 * Errors keep their names, which Step Functions matches, but for those of the machine
 * (base/machine-error.ts); record-outcome logs the failure.
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
    } catch (cause) {
      const error = namedIfMachine(cause as Error);
      segment?.addError(error);
      log.info(name, {
        outcome: error.name,
        milliseconds: Math.round(performance.now() - started),
      });
      throw error;
    } finally {
      segment?.close();
    }
  };
}
