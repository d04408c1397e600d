import type { ServerResponse } from 'node:http';
import { intercept, type Middleware } from '../http/middleware.ts';
import { type AwsCall, awsCallOf, type Service } from './aws-call.ts';
import { type Refusal, refuse } from './fault-answer.ts';

/**
 * Fault to inject into a call: an error response of the service, or a dropped connection. With
 * `…-after`, the service executes the call first. A function is awaited, then the call proceeds
 * normally.
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
  /** Number of matching calls to let pass first. */
  skip?: number;
  /** Number of matching calls to hit after that. Default: 1. */
  times?: number;
  fault: Fault;
}

/** Injects faults into calls to the local cloud, for tests, and counts all calls. */
export class Faults {
  /** Number of calls by `{service}.{action}`. */
  readonly counts = new Map<string, number>();
  /** Called with every call before it is served; `clear` keeps them. */
  readonly observers = new Set<(call: AwsCall, response: ServerResponse) => void>();
  private readonly rules = new Set<FaultRule & { seen: number; hits: number }>();

  /** Adds a rule. Returns functions that count its hits so far and remove it. */
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
      for (const observe of this.observers) observe(call, response);
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

/** Withholds the server's response from the client; calls `then` when it is complete. */
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
