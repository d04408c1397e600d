import { intercept, type Middleware } from '../http/middleware.ts';
import { type Rate, STATES_RATES } from '../limits.ts';
import { awsCallOf } from './aws-call.ts';
import { refuse } from './fault-answer.ts';

/**
 * Returns a function that takes a token, if there is one. `timeScale`: of the delays of the local
 * cloud, so that a cloud that runs faster refills faster.
 */
export function tokenBucket(
  { bucket, refill }: Rate,
  timeScale: number,
  now: () => number = () => performance.now(),
): () => boolean {
  let tokens = bucket;
  let filled = now();
  return () => {
    const time = now();
    tokens = Math.min(bucket, tokens + ((time - filled) / 1000) * (refill / timeScale));
    filled = time;
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
}

/** Throttles the calls of Step Functions, each action at its own rate. */
export function throttleStates(timeScale: number): Middleware {
  const buckets = new Map(
    Object.entries(STATES_RATES).map(([action, rate]) => [action, tokenBucket(rate, timeScale)]),
  );
  return (server) =>
    intercept(server, (request, response, next) => {
      const call = awsCallOf(request);
      const isWithin = call.service !== 'states' || (buckets.get(call.action)?.() ?? true);
      if (isWithin) return next();
      request.resume();
      refuse(call, response, 'throttle', 'Rate exceeded');
    });
}
