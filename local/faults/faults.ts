import type { ServerResponse } from 'node:http';
import { intercept, type Middleware } from '../http/middleware.ts';
import { type AwsCall, awsCallOf, type Service } from './aws-call.ts';
import { type Refusal, refuse } from './fault-answer.ts';

/**
 * What to do to a call: refuse it as the service would, or drop its connection; `…-after`: only once the service has done what was asked.
 * A function is awaited before the call goes on as if nothing was.
 */
export type Fault =
  | Refusal
  | 'drop'
  | `${Refusal}-after`
  | 'drop-after'
  | ((call: AwsCall) => void | Promise<void>);

export interface FaultRule {
  service?: Service;
  action?: string;
  when?: (call: AwsCall) => boolean;
  /** Matching calls to let pass first. */
  skip?: number;
  /** Matching calls to hit after that; default 1. */
  times?: number;
  fault: Fault;
}

/** Breaks calls to the local cloud, for tests. Counts them all. */
export class Faults {
  /** By `{service}.{action}`. */
  readonly counts = new Map<string, number>();
  /** Told of every call before it is served; `clear` leaves them. */
  readonly observers = new Set<(call: AwsCall) => void>();
  private readonly rules = new Set<FaultRule & { seen: number; hits: number }>();

  /** Returns how often the rule has hit so far, and a way to take it back. */
  add(rule: FaultRule): { hits: () => number; remove: () => void } {
    const counted = { ...rule, seen: 0, hits: 0 };
    this.rules.add(counted);
    return { hits: () => counted.hits, remove: () => this.rules.delete(counted) };
  }

  clear(): void {
    this.rules.clear();
  }

  readonly middleware: Middleware = (server) =>
    intercept(server, (request, response, next) => {
      const call = awsCallOf(request);
      const name = `${call.service}.${call.action}`;
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
      for (const observe of this.observers) observe(call);
      const fault = this.faultFor(call);
      if (fault === undefined) return next();
      if (typeof fault === 'function') return void Promise.resolve(fault(call)).then(next);
      if (fault.endsWith('-after')) {
        muffle(response, () => apply(call, response, fault.replace('-after', '') as Refusal | 'drop'));
        return next();
      }
      request.resume();
      apply(call, response, fault as Refusal | 'drop');
    });

  private faultFor(call: AwsCall): Fault | undefined {
    for (const rule of this.rules) {
      if (rule.service && rule.service !== call.service) continue;
      if (rule.action && rule.action !== call.action) continue;
      if (rule.when && !rule.when(call)) continue;
      rule.seen += 1;
      if (rule.seen <= (rule.skip ?? 0) || rule.hits >= (rule.times ?? 1)) continue;
      rule.hits += 1;
      return rule.fault;
    }
    return undefined;
  }
}

function apply(call: AwsCall, response: ServerResponse, fault: Refusal | 'drop'): void {
  if (fault === 'drop') call.request.socket.destroy();
  else refuse(call, response, fault);
}

/** Keeps what the server answers from the client; `then` is called when it is complete. */
function muffle(response: ServerResponse, then: () => void): void {
  const own = { writeHead: response.writeHead, write: response.write, end: response.end };
  const silent = {
    writeHead: () => response,
    write: () => true,
    end: (...parameters: unknown[]) => {
      Object.assign(response, own);
      then();
      const done = parameters.at(-1);
      if (typeof done === 'function') done();
      return response;
    },
  };
  Object.assign(response, silent);
}
