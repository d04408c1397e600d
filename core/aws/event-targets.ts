import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { MediaError } from '../../base/errors.ts';
import { awsCall } from './clients.ts';
import type { Executions } from './executions.ts';

/** Delivers an event to the target of a rule, as EventBridge does. */
export class EventTargets {
  private readonly executions: Executions;
  private readonly lambda: LambdaClient;
  private readonly sns: SNSClient;

  constructor(executions: Executions, lambda: LambdaClient, sns: SNSClient) {
    this.executions = executions;
    this.lambda = lambda;
    this.sns = sns;
  }

  /**
   * Resolves once the target has accepted the event: a function's own failure comes back to the
   * queue of undelivered events. An execution is named after the event, so that repeating the call
   * starts no second one.
   */
  async deliver(targetArn: string, event: Readonly<Record<string, unknown>>): Promise<void> {
    const service = targetArn.split(':')[2];
    if (service === 'states') {
      // Names last 90 days; false, if an execution has had this one, is success as well.
      await this.executions.start(targetArn, `undelivered-${nameOf(event)}`, event);
    } else if (service === 'lambda') {
      // Without the qualifier that invocation records carry: the permission is for the function.
      const FunctionName = targetArn.split(':').slice(0, 7).join(':');
      const Payload = Buffer.from(JSON.stringify(event));
      const command = new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload });
      await awsCall('invoke the function', this.lambda.send(command));
    } else if (service === 'sns') {
      const command = new PublishCommand({ TopicArn: targetArn, Message: JSON.stringify(event) });
      await awsCall('publish the event', this.sns.send(command));
    } else {
      throw new MediaError(
        'InvalidConfiguration',
        `Expected a state machine, function or topic, got ${targetArn}.`,
      );
    }
  }
}

function nameOf({ id }: Readonly<Record<string, unknown>>): string {
  if (typeof id === 'string' && /^[\w-]{1,64}$/.test(id)) return id;
  throw new MediaError('InvalidConfiguration', `Expected an event with an ID, got ${JSON.stringify(id)}.`);
}
