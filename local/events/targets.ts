import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Functions } from '../compute/functions.ts';
import { LOCAL_CLIENT } from '../endpoints.ts';
import { ACCOUNT, arn, stateMachineArn } from '../resources.ts';
import type { StepFunctions } from '../states/step-functions.ts';
import type { Target } from './event-bus.ts';

/** Where a rule sends its events, by name. */
export type TargetName =
  | { stateMachine: string }
  | { function: string }
  | { topic: string }
  | { queue: string };

export interface TargetServices {
  storageUrl: string;
  functions: Functions;
  states: () => StepFunctions;
}

export function target(name: TargetName, { storageUrl, functions, states }: TargetServices): Target {
  const client = { ...LOCAL_CLIENT, endpoint: storageUrl };
  if ('stateMachine' in name) {
    // EventBridge cannot choose the execution's name, so the same event delivered twice is two executions.
    return async (event) => {
      states().start(stateMachineArn(name.stateMachine), JSON.stringify(event));
    };
  }
  if ('function' in name) {
    return async (event) => {
      await functions.invoke(name.function, event);
    };
  }
  if ('topic' in name) {
    const sns = new SNSClient(client);
    return async (event) => {
      await sns.send(
        new PublishCommand({ TopicArn: arn('sns', name.topic), Message: JSON.stringify(event) }),
      );
    };
  }
  const sqs = new SQSClient(client);
  return async (event) => {
    const QueueUrl = `${storageUrl}/${ACCOUNT}/${name.queue}`;
    const fifo = name.queue.endsWith('.fifo')
      ? { MessageGroupId: event.id, MessageDeduplicationId: event.id }
      : {};
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(event), ...fifo }));
  };
}
