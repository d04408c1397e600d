import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { PurgeQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { FunctionError } from '../../../local/compute/functions.ts';
import { LOCAL_CLIENT } from '../../../local/endpoints.ts';
import { arn, functionArn, stateMachineArn } from '../../../local/resources.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { PIXEL } from '../../support/stand-in-worker.ts';

let api: JobApi;
beforeAll(async () => {
  // The event bus says what it could not deliver.
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  api = await startApi();
});
afterAll(() => api?.stop());
beforeEach(async () => {
  api.cloud.faults.clear();
  await api.sqs.send(new PurgeQueueCommand({ QueueUrl: api.deps.config.UNDELIVERED_QUEUE_URL }));
});

const redrive = async (body: object = {}, as = 'operator') =>
  api.call('POST', '/api/media/jobs/redrive', {
    body: { source: 'undelivered-events', ratePerSecond: 50, ...body },
    as,
  });
const waiting = () => api.deps.undelivered.counts();
const isWaiting = (count: number) =>
  api.until('undelivered events', async () => (await waiting()).waiting === count);

/** Puts a message as EventBridge would. */
const put = (event: object, targetArn: string) =>
  api.sqs.send(
    new SendMessageCommand({
      QueueUrl: api.deps.config.UNDELIVERED_QUEUE_URL,
      MessageBody: JSON.stringify(event),
      MessageAttributes: {
        TARGET_ARN: { DataType: 'String', StringValue: targetArn },
        ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' },
      },
    }),
  );

/** Lets a function fail, or the state machine refuse to start, until it is mended. */
function broken(what: string) {
  const { functions, states } = api.cloud;
  const [deliver, start] = [functions.deliver, states.start];
  /** Inputs that the state machine refused. */
  const refused: string[] = [];
  functions.deliver = async (name, ...rest) => {
    if (name === what) throw new FunctionError(new Error('it is broken'));
    return deliver.call(functions, name, ...rest);
  };
  states.start = (machine, input, ...rest) => {
    if (what !== 'media-pipeline') return start.call(states, machine, input, ...rest);
    refused.push(input ?? '');
    throw new Error('no permission');
  };
  const mend = () => {
    functions.deliver = deliver;
    states.start = start;
  };
  return { mend, refused };
}

const executionsOf = async () =>
  (await api.sfn.send(new ListExecutionsCommand({ stateMachineArn: stateMachineArn('media-pipeline') })))
    .executions?.length ?? 0;

describe('an event that could not be delivered', () => {
  test('to the state machine starts one execution, however often it is delivered again', async () => {
    const { mend, refused } = broken('media-pipeline');
    const key = uploadKey('undelivered.png');
    await api.upload(key, PIXEL);
    await isWaiting(1);
    mend();
    const dry = await redrive({ dryRun: true });
    expect(dry.body).toMatchObject({
      results: [
        {
          outcome: 'delivered',
          event: `Object Created ${key}`,
          reason: expect.stringMatching(/media-pipeline.*no permission/),
        },
      ],
      deadLetters: { waiting: 1, held: 0 },
    });
    expect(await api.jobs()).toEqual([]);
    const done = { results: [{ outcome: 'delivered' }], deadLetters: { waiting: 0, held: 0 } };
    expect((await redrive()).body).toMatchObject(done);
    await api.ended(key);
    const before = await executionsOf();
    // SQS may deliver a message twice.
    await put(JSON.parse(refused[0] ?? ''), stateMachineArn('media-pipeline'));
    expect((await redrive()).body).toMatchObject(done);
    expect(await executionsOf()).toBe(before);
    expect(await api.jobs()).toMatchObject([{ key, status: 'COMPLETED', attempt: 1 }]);
  });

  test('because the function fails comes back if it fails again, and is done once it does not', async () => {
    const key = uploadKey('deleted.png');
    await api.upload(key, PIXEL);
    await api.ended(key);
    const ofUpload = async () => (await api.outputs()).filter((output) => output.includes('/deleted_'));
    expect(await ofUpload()).not.toEqual([]);
    const { mend } = broken('remove-outputs');
    await api.remove(key);
    await isWaiting(1);
    const delivered = {
      outcome: 'delivered',
      event: `Object Deleted ${key}`,
      reason: 'To remove-outputs, after RetriesExhausted: Error: it is broken.',
    };
    expect((await redrive()).body).toMatchObject({ results: [delivered] });
    await isWaiting(1);
    mend();
    expect((await redrive()).body).toMatchObject({ results: [delivered], deadLetters: { waiting: 0 } });
    await api.until('the outputs to go', async () => (await ofUpload()).length === 0);
  });

  test('whose message cannot be deleted is said to be so', async () => {
    api.cloud.faults.add({ service: 'sqs', action: 'DeleteMessage', times: 9, fault: 'deny' });
    await put({ id: 'e', 'detail-type': 'x', detail: {} }, stateMachineArn('media-pipeline'));
    expect((await redrive()).body).toMatchObject({
      results: [{ outcome: 'refused', reason: expect.stringContaining('Could not delete') }],
      deadLetters: { waiting: 0, held: 1 },
    });
  });

  test('to the topic is published', async () => {
    const sns = new SNSClient({ ...LOCAL_CLIENT, endpoint: api.cloud.urls.storage });
    const [TopicArn, Endpoint] = [arn('sns', 'job-events'), arn('sqs', 'undelivered-events')];
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
    await put({ id: 'e', source: 'media-pipeline', 'detail-type': 'Job Completed', detail: {} }, TopicArn);
    expect((await redrive({ limit: 1 })).body.results).toMatchObject([{ outcome: 'delivered' }]);
    const { Messages = [] } = await api.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: api.deps.config.UNDELIVERED_QUEUE_URL, WaitTimeSeconds: 1 }),
    );
    expect(JSON.parse(JSON.parse(Messages[0]?.Body ?? '{}').Message)).toMatchObject({ id: 'e' });
  });

  test.each([
    ['whose function may not be invoked', functionArn('record-outcome'), /AccessDenied/],
    ['for another state machine', stateMachineArn('other'), /another state machine/],
    ['for a function that does not exist', functionArn('none'), /ResourceNotFound/],
    ['for a queue', arn('sqs', 'q'), /Expected a state machine, function or topic/],
  ])('%s stays, and the answer says why', async (_what, targetArn, reason) => {
    if (targetArn === functionArn('record-outcome'))
      api.cloud.faults.add({ service: 'lambda', fault: 'deny' });
    await put({ id: 'e', 'detail-type': 'x' }, targetArn);
    const { body } = await redrive();
    expect(body).toMatchObject({ results: [{ outcome: 'refused' }], deadLetters: { waiting: 0, held: 1 } });
    expect(body.results[0].reason).toMatch(reason);
  });
});

test.each([
  ['a tenant', {}, 'acme/ann', 403],
  ['a filter', { filter: { tenant: 'acme' } }, 'operator', 422],
])('refuses %s', async (_what, body, as, status) => {
  expect((await redrive(body, as)).status).toBe(status);
});
