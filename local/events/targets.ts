import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Functions } from '../compute/functions.ts';
import { type Endpoints, LOCAL_CLIENT } from '../endpoints.ts';
import { ACCOUNT, arn, stateMachineArn } from '../resources.ts';
import type { StepFunctions } from '../states/step-functions.ts';
import type { Target } from './event-bus.ts';

/** Target of a rule, by name. */
export type TargetName =
  | { stateMachine: string }
  | { function: string }
  | { topic: string }
  | { queue: string };

export interface TargetServices {
  urls: Readonly<Endpoints>;
  functions: Functions;
  states: () => StepFunctions;
}

export function target(name: TargetName, services: TargetServices): Target {
  if ('stateMachine' in name) {
    // EventBridge cannot set the execution name, so the same event delivered twice starts two
    // executions.
    return async (event) => {
      services.states().start(stateMachineArn(name.stateMachine), JSON.stringify(event));
    };
  }
  if ('function' in name) {
    return async (event) => {
      await services.functions.deliver(name.function, event);
    };
  }
  return 'topic' in name ? topic(name.topic, services.urls) : queue(name.queue, services.urls);
}

function topic(name: string, urls: Readonly<Endpoints>): Target {
  let sns: SNSClient | undefined;
  return async (event) => {
    sns ??= new SNSClient({ ...LOCAL_CLIENT, endpoint: urls.storage });
    await sns.send(new PublishCommand({ TopicArn: arn('sns', name), Message: JSON.stringify(event) }));
  };
}

function queue(name: string, urls: Readonly<Endpoints>): Target {
  let sqs: SQSClient | undefined;
  return async (event) => {
    sqs ??= new SQSClient({ ...LOCAL_CLIENT, endpoint: urls.storage });
    const QueueUrl = `${urls.storage}/${ACCOUNT}/${name}`;
    const fifo = name.endsWith('.fifo') ? { MessageGroupId: event.id, MessageDeduplicationId: event.id } : {};
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(event), ...fifo }));
  };
}
