import { randomUUID } from 'node:crypto';
import { functionArn } from '../resources.ts';
import { type Limiter, limiter } from './limiter.ts';

/** Lambda handler. */
// biome-ignore lint/suspicious/noExplicitAny: handlers declare their event types; here they are looked up by name.
export type Handler = (event: any, context?: any) => Promise<unknown>;

/** Error thrown by a handler, as Lambda reports it. */
export class FunctionError extends Error {
  readonly report: { errorType: string; errorMessage: string; trace: string[] };

  constructor(error: unknown) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    super(message);
    this.name = name;
    this.report = { errorType: name, errorMessage: message, trace: (stack ?? '').split('\n') };
  }
}

export interface FunctionsOptions {
  /** Invocations of one function that this machine runs at once; others wait for it. */
  concurrency: number;
  /** Returns the invocations that a function may have; those beyond are throttled, as on AWS. */
  reserved: (name: string) => number;
}

/** The limits of one function. */
interface Limits {
  reserved: Limiter;
  machine: Limiter;
}

/**
 * Local Lambda: runs handlers in this process with JSON input and output, within the concurrency
 * of each function.
 */
export class Functions {
  private readonly load: () => Promise<Record<string, Handler>>;
  private readonly options: FunctionsOptions;
  private readonly limits = new Map<string, Limits>();
  private handlers: Promise<Record<string, Handler>> | undefined;

  /**
   * Calls `load` once, on the first invocation or from `ready`: handlers read the environment when
   * they are imported.
   */
  constructor(load: () => Promise<Record<string, Handler>>, options: FunctionsOptions) {
    this.load = load;
    this.options = options;
  }

  ready(): Promise<Record<string, Handler>> {
    this.handlers ??= this.load();
    return this.handlers;
  }

  /**
   * Invokes a function and awaits its answer (`RequestResponse`). Throws FunctionError if the
   * handler throws, Throttled beyond the function's concurrency. Calls `started` when the machine
   * has room for the invocation.
   */
  async invoke(name: string, event: unknown, started?: () => void, signal?: AbortSignal): Promise<unknown> {
    const handler = await this.find(name);
    if (!this.limitsOf(name).reserved.isFree()) throw new Throttled();
    return this.run(name, handler, event, started, signal);
  }

  /**
   * Invokes a function for an event (`Event`). Lambda keeps events in a queue while the function is
   * throttled: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
   */
  async deliver(name: string, event: unknown): Promise<void> {
    await this.run(name, await this.find(name), event);
  }

  private async find(name: string): Promise<Handler> {
    const handler = (await this.ready())[name];
    if (!handler) throw new UnknownFunction(`Function not found: ${functionArn(name)}`);
    return handler;
  }

  private async run(
    name: string,
    handler: Handler,
    event: unknown,
    started?: () => void,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const { reserved, machine } = this.limitsOf(name);
    const release = await reserved(signal);
    try {
      const leave = await machine(signal);
      try {
        started?.();
        return copy((await call(handler, copy(event), contextOf(name))) ?? null);
      } finally {
        leave();
      }
    } finally {
      release();
    }
  }

  private limitsOf(name: string): Limits {
    const { reserved, concurrency } = this.options;
    const known = this.limits.get(name) ?? {
      reserved: limiter(reserved(name)),
      machine: limiter(concurrency),
    };
    this.limits.set(name, known);
    return known;
  }
}

async function call(handler: Handler, event: unknown, context: object): Promise<unknown> {
  try {
    return await handler(event, context);
  } catch (error) {
    throw new FunctionError(error);
  }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
export class Throttled extends Error {
  override readonly name = 'TooManyRequestsException';

  constructor() {
    super('Rate Exceeded.');
  }
}

export class UnknownFunction extends Error {
  override readonly name = 'ResourceNotFoundException';
}

const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/**
 * Returns the part of https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html that loggers
 * read.
 */
function contextOf(name: string) {
  return {
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn(name),
    memoryLimitInMB: '1024',
    awsRequestId: randomUUID(),
    getRemainingTimeInMillis: () => 900_000,
  };
}
