import { readFileSync } from 'node:fs';
import { RedriveExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uploadEvent } from '../../../core/uploads/upload-event.ts';
import type { EventEntry } from '../../../local/events/event.ts';
import { ACCOUNT, RESOURCES, stateMachineArn } from '../../../local/resources.ts';
import { type Pipeline, startPipeline, uploadKey } from '../../support/pipeline.ts';
import { PIXEL } from '../../support/stand-in-worker.ts';

const definition = readFileSync(`state-machines/${RESOURCES.stateMachine}.asl.json`, 'utf8');
/** Changes of AnnounceCompletion, each in a state machine of its own. */
const MUTANTS = [
  ['a field has another name', '"endedAt.$"', '"finishedAt.$"', /required property 'endedAt'/],
  ['it has no version', '"version": 1,', '', /required property 'version'/],
  ['it has a field that nobody knows', '"version": 1,', '"version": 1, "extra": "x",', /additional/],
  ['a number is a text', '$.completed.attempt"', '$.completed.endedAt"', /attempt must be integer/],
] as const;
const mutant = ([name, from, to]: (typeof MUTANTS)[number]) => {
  const [before, after = ''] = definition.split('"AnnounceCompletion": {');
  return [name, `${before}"AnnounceCompletion": {${after.replace(from, to)}`];
};

let pipeline: Pipeline;
let sent: (key: string) => Sent[];
beforeAll(async () => {
  const mutants = Object.fromEntries(MUTANTS.map(mutant));
  pipeline = await startPipeline({
    stateMachines: { [RESOURCES.stateMachine]: definition, ...mutants },
    patience: 60_000,
  });
  sent = listen(pipeline);
});
afterAll(() => pipeline?.stop());

interface Sent {
  detailType: string;
  detail: Record<string, unknown>;
}

/** `Job …` events as they reach the bus. */
function listen({ cloud: { events } }: Pipeline): (key: string) => Sent[] {
  const sent: EventEntry[] = [];
  const put = events.put.bind(events);
  events.put = (entry, bus) => {
    if (entry.source === 'media-pipeline') sent.push(entry);
    return put(entry, bus);
  };
  return (key) => (sent as Sent[]).filter(({ detail }) => detail.key === key);
}

/** Keeps S3's events from the bus until what it returns is called. */
function mute(): () => void {
  const { events } = pipeline.cloud;
  const { put } = events;
  events.put = (entry, bus) => (entry.source === 'aws.s3' ? '' : put.call(events, entry, bus));
  return () => {
    events.put = put;
  };
}

describe('every event says what the row of its job says', () => {
  const writesOf = (name: string) => ({
    service: 's3' as const,
    action: 'PutObject',
    when: ({ key }: { key: string }) => key.includes(`/${name}_`),
  });
  const told = (key: string) =>
    pipeline.until(`the event of ${key}`, async () => (sent(key).length > 0 ? sent(key) : undefined));

  test.each([
    ['Job Completed', 'fine', PIXEL, () => undefined],
    ['Job Rejected', 'broken', PIXEL.subarray(0, 40), () => undefined],
    [
      'Job Failed',
      'denied',
      PIXEL,
      () => pipeline.cloud.faults.add({ ...writesOf('denied'), fault: 'deny', times: 99 }),
    ],
    [
      'Job Cancelled',
      'deleted',
      PIXEL,
      () =>
        pipeline.cloud.faults.add({
          ...writesOf('deleted'),
          fault: async () => void (await pipeline.remove(uploadKey('deleted.png'))),
        }),
    ],
  ])('%s', async (type, stem, content, prepare) => {
    prepare();
    const key = uploadKey(`${stem}.png`);
    await pipeline.upload(key, content);
    const [event] = await told(key);
    const row = (await pipeline.jobs()).find((job) => job.key === key);
    expect(event?.detailType).toBe(type);
    const { jobId, tenantId, userId, bucket, kind, status, attempt, executionArn, createdAt } = row ?? {};
    const how = type === 'Job Completed' ? { manifestKey: row?.manifestKey } : { error: row?.error };
    expect(event?.detail).toMatchObject({
      ...{ version: 1, jobId, tenantId, userId, bucket, key, kind, status, attempt, executionArn },
      ...{ createdAt, endedAt: row?.finishedAt, ...how },
    });
  });

  test('also after a redrive into AnnounceCompletion: the attempt and the moment are those of the row', async () => {
    const key = uploadKey('late.png');
    const { faults } = pipeline.cloud;
    const rule = faults.add({ service: 'eventbridge', action: 'PutEvents', fault: 'deny', times: 99 });
    await pipeline.upload(key, PIXEL);
    const letters = await pipeline.until('the dead letter', async () => {
      const found = await pipeline.deadLetters();
      return found.some(({ source }) => source?.key === key) && found;
    });
    expect(letters.at(-1)?.error.state).toBe('AnnounceCompletion');
    expect(sent(key)).toEqual([]);
    rule.remove();
    const { executionArn = '' } = letters.at(-1) ?? {};
    await pipeline.sfn.send(new RedriveExecutionCommand({ executionArn }));
    const [event] = await told(key);
    const row = (await pipeline.jobs()).find((job) => job.key === key);
    expect(event?.detail).toMatchObject({
      attempt: 1,
      createdAt: row?.createdAt,
      endedAt: row?.finishedAt,
    });
  });

  test('and every one of them was looked at, and every dead letter', () => {
    expect([...pipeline.contract.seen.keys()].toSorted()).toEqual(
      ['dead-letter', 'job-cancelled', 'job-completed', 'job-failed', 'job-rejected'].toSorted(),
    );
  });
});

describe('a state machine whose event breaks the contract fails the test that runs it', () => {
  test.each(MUTANTS)('%s', async (name, _from, _to, problem) => {
    const key = uploadKey(`mutant-${name.replaceAll(' ', '-')}.png`);
    const silent = mute();
    const { ETag: etag = '' } = await pipeline.upload(key, PIXEL);
    silent();
    const bucket = RESOURCES.mediaBucket;
    const upload = { bucket, key, etag: etag.replaceAll('"', ''), sequencer: '01', size: PIXEL.length };
    await pipeline.sfn.send(
      new StartExecutionCommand({
        stateMachineArn: stateMachineArn(name),
        input: JSON.stringify(uploadEvent(upload)),
      }),
    );
    await expect(pipeline.until('the check', async () => undefined)).rejects.toThrow(problem);
  });
});

test('a dead letter that breaks the contract fails the test, too', async () => {
  const QueueUrl = `${pipeline.cloud.urls.storage}/${ACCOUNT}/${RESOURCES.deadLetterQueue}`;
  const ids = { MessageGroupId: 'x', MessageDeduplicationId: 'x' };
  await pipeline.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"attempt":1}', ...ids }));
  expect(() => pipeline.contract.check()).toThrow(/dead-letter must have required property 'version'/);
});
