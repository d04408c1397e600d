import { expect, test } from '@jest/globals';
import { parseUndelivered } from '../../../contract/undelivered-event.ts';

const EVENT = { id: '1', source: 'aws.s3', 'detail-type': 'Object Deleted', detail: {} };
const FUNCTION = 'arn:aws:lambda:us-east-2:123456789012:function:my-function';

// "Using dead-letter queues to process undelivered events", Amazon EventBridge User Guide, November
// 2026: the message is the event, and each has these custom attributes.
const RULE_ATTRIBUTES = {
  RULE_ARN: 'arn:aws:events:us-east-2:123456789012:rule/deleted',
  TARGET_ARN: FUNCTION,
  ERROR_CODE: 'NO_PERMISSIONS',
  ERROR_MESSAGE: 'Lambda is not authorized',
  EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
  RETRY_ATTEMPTS: '185',
};

// The example of "Capturing records of Lambda asynchronous invocations", AWS Lambda Developer Guide,
// November 2026.
const RECORD = {
  version: '1.0',
  timestamp: '2019-11-14T18:16:05.568Z',
  requestContext: {
    requestId: 'e4b46cbf-b738-xmpl-8880-a18cdf61200e',
    functionArn: `${FUNCTION}:$LATEST`,
    condition: 'RetriesExhausted',
    approximateInvokeCount: 3,
  },
  requestPayload: EVENT,
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: { errorMessage: 'RequestId: e4b46cbf-b738-xmpl Process exited before completing request' },
};

test('reads the message of a rule\u2019s dead-letter queue', () => {
  expect(parseUndelivered(JSON.stringify(EVENT), RULE_ATTRIBUTES)).toEqual({
    event: EVENT,
    targetArn: FUNCTION,
    failure: 'NO_PERMISSIONS: Lambda is not authorized',
  });
});

test('reads the record of a function\u2019s failed invocation', () => {
  expect(parseUndelivered(JSON.stringify(RECORD), {})).toEqual({
    event: EVENT,
    targetArn: `${FUNCTION}:$LATEST`,
    failure: expect.stringMatching(/^RetriesExhausted: RequestId.*exited before completing request$/),
  });
});

test('reads the record of an event that was too old to be tried, which has no response', () => {
  const { responseContext: _context, responsePayload: _payload, ...record } = RECORD;
  const requestContext = { ...record.requestContext, condition: 'EventAgeExceeded' };
  expect(parseUndelivered(JSON.stringify({ ...record, requestContext }), {})).toMatchObject({
    failure: 'EventAgeExceeded',
  });
});

test.each([
  ['no JSON', 'hello', RULE_ATTRIBUTES],
  ['no object', '[1]', RULE_ATTRIBUTES],
  ['an event whose target is not said', JSON.stringify(EVENT), {}],
])('refuses %s', (_what, body, attributes) => {
  expect(parseUndelivered(body, attributes)).toBeUndefined();
});
