import { RESOURCES } from '../../../../local/resources.ts';
import { chain, invoke } from '../../../support/machines.ts';

const RETRY = [
  { ErrorEquals: ['Shaky', 'States.Timeout'], IntervalSeconds: 1, MaxAttempts: 3, JitterStrategy: 'FULL' },
];
const dynamoDb = (action: string, Parameters: object) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::dynamodb:${action}`,
  Parameters: { TableName: RESOURCES.jobTable, ...Parameters },
});
const put = (bus: string) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::events:putEvents',
  Parameters: {
    Entries: [
      {
        EventBusName: bus,
        Source: 'machine',
        DetailType: 'Told',
        Detail: { 'who.$': '$.who', 'id.$': '$$.Execution.Id' },
      },
    ],
  },
});

/** The machines of tasks.test.ts. */
export const TASK_MACHINES = {
  echo: chain({ Echo: invoke('echo') }),
  fail: chain({ Fail: invoke('fail', { Retry: RETRY }) }),
  attempts: chain({
    Attempt: {
      ...invoke('byAttempt', { Retry: RETRY }),
      Parameters: {
        FunctionName: 'byAttempt',
        Payload: {
          'retries.$': '$$.State.RetryCount',
          'provider.$':
            "States.ArrayGetItem(States.Array('SPOT', 'DEMAND', 'DEMAND', 'DEMAND'), $$.State.RetryCount)",
        },
      },
    },
  }),
  failTwice: chain({ Shaky: invoke('failTwice', { Retry: RETRY }) }),
  caught: {
    StartAt: 'Try',
    States: {
      Try: invoke('fail', {
        Catch: [{ ErrorEquals: ['Odd'], ResultPath: '$.caught', Next: 'Done' }],
        End: true,
      }),
      Done: { Type: 'Pass', End: true },
    },
  },
  timeout: chain({ Hang: invoke('hang', { TimeoutSeconds: 1 }) }),
  timeoutPath: chain({
    Hang: { ...invoke('hang'), TimeoutSeconds: undefined, TimeoutSecondsPath: '$.seconds' },
  }),
  wholeTimeout: { ...chain({ Hang: invoke('hang') }), TimeoutSeconds: 1 },
  large: chain({ Large: invoke('large', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Large' }] }) }),
  largeMerged: chain({
    First: invoke('large', { ResultPath: '$.a' }),
    Second: invoke('large', { ResultPath: '$.b' }),
  }),
  unknown: chain({ Call: invoke('no-such-function') }),
  nothing: chain({ Nothing: invoke('nothing') }),
  unsupported: chain({
    Copy: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:s3:copyObject', Parameters: {} },
  }),
  noChoice: {
    StartAt: 'Which',
    States: {
      Which: { Type: 'Choice', Choices: [{ Variable: '$.a', StringEquals: 'b', Next: 'End' }] },
      End: { Type: 'Succeed' },
    },
  },
  context: chain({
    Look: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: {
        FunctionName: 'echo',
        Payload: {
          'id.$': '$$.Execution.Id',
          'name.$': '$$.Execution.Name',
          'input.$': '$$.Execution.Input',
          'start.$': '$$.Execution.StartTime',
          'state.$': '$$.State.Name',
          'entered.$': '$$.State.EnteredTime',
          'machine.$': '$$.StateMachine.Name',
          'json.$': 'States.JsonToString($.list)',
        },
      },
      ResultPath: '$',
      ResultSelector: { 'seen.$': '$.Payload' },
    },
  }),
  update: chain({
    Update: {
      ...dynamoDb('updateItem', {
        Key: { jobId: { 'S.$': '$.id' } },
        UpdateExpression: 'SET note = :note',
        ConditionExpression: 'attribute_exists(jobId)',
        ExpressionAttributeValues: { ':note': { 'S.$': '$.note' } },
      }),
      ResultPath: null,
    },
    Read: { ...dynamoDb('getItem', { Key: { jobId: { 'S.$': '$.id' } } }), ResultPath: '$.read' },
  }),
  wrongTable: chain({
    Read: {
      ...dynamoDb('getItem', { Key: { jobId: { S: 'x' } } }),
      Parameters: { TableName: 'none', Key: { jobId: { S: 'x' } } },
    },
  }),
  wrongKey: chain({ Read: dynamoDb('getItem', { Key: { other: { S: 'x' } } }) }),
  tell: chain({ Tell: put('default') }),
  tellAws: chain({
    Tell: { ...put('default'), Parameters: { Entries: [{ Source: 'aws.s3', DetailType: 'x', Detail: {} }] } },
  }),
};
