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

/**
 * Local Lambda: runs handlers in this process with JSON input and output and a concurrency limit
 * per function.
 */
export class Functions {
  private readonly load: () => Promise<Record<string, Handler>>;
  private readonly concurrency: number;
  private readonly limiters = new Map<string, Limiter>();
  private handlers: Promise<Record<string, Handler>> | undefined;

  /**
   * Calls `load` once, on the first invocation or from `ready`: handlers read the environment when
   * they are imported.
   */
  constructor(load: () => Promise<Record<string, Handler>>, concurrency: number) {
    this.load = load;
    this.concurrency = concurrency;
  }

  ready(): Promise<Record<string, Handler>> {
    this.handlers ??= this.load();
    return this.handlers;
  }

  /**
   * Invokes a function. Throws FunctionError if the handler throws. Calls `started` when the
   * concurrency limit allows the invocation.
   */
  async invoke(name: string, event: unknown, started?: () => void, signal?: AbortSignal): Promise<unknown> {
    const handler = (await this.ready())[name];
    if (!handler) throw new UnknownFunction(`Function not found: ${functionArn(name)}`);
    const release = await this.limiterOf(name)(signal);
    try {
      started?.();
      return copy((await call(handler, copy(event), contextOf(name))) ?? null);
    } finally {
      release();
    }
  }

  private limiterOf(name: string): Limiter {
    const known = this.limiters.get(name) ?? limiter(this.concurrency);
    this.limiters.set(name, known);
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
