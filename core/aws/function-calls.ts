import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { awsCall } from './clients.ts';

/** A function has thrown, or its runtime has ended it: `type` names the error. */
export class FunctionFailure extends Error {
  override readonly name = 'FunctionFailure';
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** Calls functions whose answer the caller waits for. */
export class FunctionCalls {
  private readonly lambda: LambdaClient;

  constructor(lambda: LambdaClient) {
    this.lambda = lambda;
  }

  /**
   * Invokes a function, and returns what it returns. Throws `FunctionFailure` if it throws, and
   * undefined if `milliseconds` have passed: the function goes on until its own time-out.
   * https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html
   */
  async call(
    FunctionName: string,
    payload: object,
    milliseconds: number,
  ): Promise<{ returned: unknown } | undefined> {
    const signal = AbortSignal.timeout(milliseconds);
    const command = new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(payload)) });
    try {
      const sending = this.lambda.send(command, { abortSignal: signal });
      const { Payload = new Uint8Array(), FunctionError } = await awsCall('invoke the function', sending);
      const returned: unknown = JSON.parse(Buffer.from(Payload).toString('utf8') || 'null');
      if (FunctionError === undefined) return { returned };
      const { errorType = 'Unknown', errorMessage = '' } = returned as Partial<Record<string, string>>;
      throw new FunctionFailure(errorType, errorMessage);
    } catch (error) {
      if (signal.aborted && !(error instanceof FunctionFailure)) return undefined;
      throw error;
    }
  }
}
