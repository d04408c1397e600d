import { describe, expect, test } from '@jest/globals';
import { describeFailure } from '../../../../core/jobs/failure.ts';

const failed = (error: string, cause = '') =>
  describeFailure({ status: 'FAILED', error, cause }, 'ProcessImage');

describe('describeFailure', () => {
  test.each([
    ['a corrupt file', 'CorruptMedia', 'REJECTED', 'processing'],
    ['a deleted upload', 'SourceDeleted', 'CANCELLED', 'processing'],
    ['a service that stayed down', 'ServiceUnavailable', 'FAILED', 'transient'],
    ['a missing permission', 'AccessDenied', 'FAILED', 'configuration'],
    ['a state’s time-out', 'States.Timeout', 'FAILED', 'resource'],
    ['a lost worker', 'States.HeartbeatTimeout', 'FAILED', 'transient'],
    ['a Lambda killed for memory', 'Runtime.OutOfMemory', 'FAILED', 'resource'],
    [
      'DynamoDB throttling in a state without a Lambda',
      'DynamoDB.ThrottlingException',
      'FAILED',
      'transient',
    ],
    ['a connection to ECS that broke', 'ECS.SdkClientException', 'FAILED', 'transient'],
    ['a function that answered too late', 'Lambda.ClientExecutionTimeoutException', 'FAILED', 'transient'],
    ['an error without a name of ours', 'TypeError', 'FAILED', 'configuration'],
  ])('says of %s whose fault it is', (_label, error, status, category) => {
    expect(failed(error)).toMatchObject({ status, error: { name: error, category, state: 'ProcessImage' } });
  });

  test('takes the message out of a Lambda’s cause', () => {
    const cause = JSON.stringify({
      errorType: 'CorruptMedia',
      errorMessage: 'The JPEG ends too early.',
      trace: ['…'],
    });
    expect(failed('CorruptMedia', cause).error.message).toBe('The JPEG ends too early.');
  });

  test('keeps a cause that is no JSON, cut to a length that a row can hold', () => {
    expect(failed('ECS.AmazonECSException', 'x'.repeat(50_000)).error.message).toHaveLength(2001);
  });

  // With the service's base class as its name, a message says what the error was:
  // https://docs.aws.amazon.com/step-functions/latest/dg/connect-ddb.html
  test.each([
    ['DynamoDB.AmazonDynamoDBException', 'Rate exceeded (Service: DynamoDb)', 'transient'],
    ['DynamoDB.AmazonDynamoDBException', 'User: x is not authorized to perform: y', 'configuration'],
    ['DynamoDB.AmazonDynamoDBException', 'The provided expression is invalid', 'configuration'],
    ['ECS.AmazonECSException', 'User: x is not authorized to perform: ecs:RunTask', 'configuration'],
    ['ECS.InvalidParameterException', 'EC2 throttled the request: rate exceeded', 'transient'],
    ['ECS.InvalidParameterException', 'The subnet ID x does not exist', 'configuration'],
  ])('takes %s for what its message says: %s', (error, cause, category) => {
    expect(failed(error, cause).error.category).toBe(category);
  });

  test.each([
    ['the state', { status: 'FAILED', error: 'States.Timeout' }],
    ['the execution', { status: 'TIMED_OUT' }],
  ] as const)('says in words that no slot came free before the time of %s was over', (_what, ending) => {
    expect(describeFailure(ending, 'AdmitUpload')).toMatchObject({
      status: 'FAILED',
      error: {
        ...{ name: 'NoSlot', category: 'resource', state: 'AdmitUpload' },
        message: expect.stringContaining('Expected a free slot'),
        advice: expect.stringContaining('Raise the limit'),
      },
    });
    expect(describeFailure(ending, 'ProcessImage').error.name).not.toBe('NoSlot');
  });

  test.each([
    ['OutOfMemory', 'TranscodeVideoInLargerTask', 'raise larger_task_size'],
    ['States.Timeout', 'ConvertOfficeDocumentInLargerTask', 'raise larger_task_size'],
    ['AccessDenied', 'TranscodeVideoInLargerTask', 'Grant the role'],
    ['OutOfMemory', 'ProcessImage', 'Give the worker more memory'],
  ])('advises what to do about %s in %s', (error, state, advice) => {
    expect(describeFailure({ status: 'FAILED', error }, state).error.advice).toContain(advice);
  });

  test('calls a stopped execution cancelled, not failed', () => {
    expect(describeFailure({ status: 'ABORTED' })).toMatchObject({
      status: 'CANCELLED',
      error: { name: 'Aborted' },
    });
  });
});
