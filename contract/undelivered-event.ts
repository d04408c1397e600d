import * as z from 'zod';

/** Event that did not reach its target, from a message of the queue of undelivered events. */
export interface UndeliveredEvent {
  event: Record<string, unknown>;
  /** State machine, function or topic that the event was meant for. */
  targetArn: string;
  /** Why it did not arrive. */
  failure: string;
}

const EVENT = z.record(z.string(), z.unknown());

/**
 * Message attributes of a rule's dead-letter queue, whose body is the event:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
const RULE_ATTRIBUTES = z.looseObject({
  TARGET_ARN: z.string(),
  ERROR_CODE: z.string().default('UNKNOWN'),
  ERROR_MESSAGE: z.string().default(''),
});

/**
 * Invocation record that Lambda sends about an asynchronous event on which a function failed:
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
const INVOCATION_RECORD = z.looseObject({
  requestContext: z.looseObject({
    functionArn: z.string(),
    condition: z.string(),
  }),
  requestPayload: EVENT,
  responsePayload: z
    .looseObject({ errorType: z.string().optional(), errorMessage: z.string().optional() })
    .nullish(),
});

/** Returns undefined for a message of neither form. */
export function parseUndelivered(
  body: string,
  attributes: Readonly<Record<string, string>>,
): UndeliveredEvent | undefined {
  const content = jsonOf(body);
  const record = INVOCATION_RECORD.safeParse(content);
  if (record.success) {
    const { requestContext, requestPayload: event, responsePayload } = record.data;
    const { errorType, errorMessage } = responsePayload ?? {};
    const failure = [requestContext.condition, errorType, errorMessage].filter(Boolean).join(': ');
    return { event, targetArn: requestContext.functionArn, failure };
  }
  const event = EVENT.safeParse(content);
  const rule = RULE_ATTRIBUTES.safeParse(attributes);
  if (!event.success || !rule.success) return undefined;
  const { TARGET_ARN, ERROR_CODE, ERROR_MESSAGE } = rule.data;
  return {
    event: event.data,
    targetArn: TARGET_ARN,
    failure: [ERROR_CODE, ERROR_MESSAGE].filter(Boolean).join(': '),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
