import { randomUUID } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { FunctionError } from '../compute/functions.ts';
import { type Endpoints, LOCAL_CLIENT } from '../endpoints.ts';
import { ACCOUNT, arn, functionArn, RESOURCES, stateMachineArn } from '../resources.ts';
import type { Undelivered } from './event-bus.ts';
import type { TargetName } from './targets.ts';

/**
 * Returns the sender to the queue of undelivered events, in the forms of EventBridge and Lambda
 * (contract/undelivered-event.ts). EventBridge is done once Lambda has accepted an event: what a
 * function fails on is Lambda's to report.
 */
export function undeliveredSender(
  rules: readonly { name: string; target: TargetName }[],
  urls: Readonly<Endpoints>,
) {
  let sqs: SQSClient | undefined;
  return async (undelivered: Undelivered): Promise<void> => {
    sqs ??= new SQSClient({ ...LOCAL_CLIENT, endpoint: urls.storage });
    const target = rules.find(({ name }) => name === undelivered.rule)?.target;
    const byLambda = target && 'function' in target && undelivered.error instanceof FunctionError;
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: `${urls.storage}/${ACCOUNT}/${RESOURCES.undeliveredQueue}`,
        ...(byLambda
          ? { MessageBody: JSON.stringify(invocationRecord(target.function, undelivered)) }
          : ruleMessage(target, undelivered)),
      }),
    );
  };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
function ruleMessage(target: TargetName | undefined, { rule, event, error, attempts }: Undelivered) {
  const attributes = {
    RULE_ARN: arn('events', `rule/${rule}`),
    TARGET_ARN: target ? targetArn(target) : '',
    ERROR_CODE: error.name === 'ResourceNotFoundException' ? 'NO_RESOURCE' : 'ERROR_FROM_TARGET',
    ERROR_MESSAGE: error.message,
    EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    RETRY_ATTEMPTS: String(attempts),
  };
  const texts = Object.entries(attributes).filter(([, text]) => text !== '');
  return {
    MessageBody: JSON.stringify(event),
    MessageAttributes: Object.fromEntries(
      texts.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    ),
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function invocationRecord(name: string, { event, error, attempts }: Undelivered) {
  const { report } = error as FunctionError;
  return {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: randomUUID(),
      functionArn: `${functionArn(name)}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: attempts,
    },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: report,
  };
}

function targetArn(target: TargetName): string {
  if ('stateMachine' in target) return stateMachineArn(target.stateMachine);
  if ('function' in target) return functionArn(target.function);
  return 'topic' in target ? arn('sns', target.topic) : arn('sqs', target.queue);
}
