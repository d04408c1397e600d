import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { JOB_EVENTS } from '../../contract/job-events.ts';
import { JOB_EVENT_TYPES } from '../../contract/lists.ts';
import { executionArn } from '../../core/aws/executions.ts';
import { eventPattern } from '../../local/events/event-pattern.ts';
import { RESOURCES, stateMachineArn, substitutions } from '../../local/resources.ts';
import { substitute } from '../../local/states/substitute.ts';
import { schemaFile } from '../support/contract-schemas.ts';
import type { StateMachine } from './lint.ts';

const read = (name: string) => JSON.parse(readFileSync(`state-machines/${name}`, 'utf8'));
const { AnnounceCompletion, CompleteJob } = (read('media-pipeline.asl.json') as StateMachine).States;
const [entry] = AnnounceCompletion?.Parameters?.Entries ?? [];
const plain = (name: string) => name.replace(/\.\$$/, '');

describe('the event that the state machine sends', () => {
  test('has exactly the fields of its schema, all but the later ones required', () => {
    const names = Object.keys(entry.Detail).map(plain).toSorted();
    const { properties, required } = schemaFile('job-completed');
    expect(names).toEqual(Object.keys(properties).toSorted());
    // Redriven executions of earlier definitions send events without it.
    const later = ['manifestVersionId'];
    expect(names.filter((name) => !later.includes(name))).toEqual(required.toSorted());
  });

  test('has the constants of its schema', () => {
    const constants = Object.entries(entry.Detail).filter(([name]) => !name.endsWith('.$'));
    for (const [name, value] of constants.filter(([name]) => name !== 'outputBucket'))
      expect({ [name]: value }).toEqual({ [name]: schemaFile('job-completed').properties[name].const });
    expect(entry.DetailType).toBe('Job Completed');
  });

  test('says what CompleteJob has read of the row that it wrote', () => {
    const passed = Object.keys((CompleteJob as unknown as { ResultSelector: object }).ResultSelector).map(
      (name) => `$.completed.${plain(name)}`,
    );
    const used = Object.values(entry.Detail).filter((value) => String(value).startsWith('$.completed.'));
    expect(used.toSorted()).toEqual(passed.toSorted());
    expect(CompleteJob?.Parameters?.ReturnValues).toBe('ALL_NEW');
  });
});

test("what the topic is fed with are this deployment's events that have a schema", () => {
  expect(Object.keys(JOB_EVENTS)).toEqual([...JOB_EVENT_TYPES]);
  const file = readFileSync('state-machines/job-event.pattern.json', 'utf8');
  const matches = eventPattern(JSON.parse(substitute(file, substitutions())));
  const own = executionArn(stateMachineArn(RESOURCES.stateMachine), 'a');
  const neighbour = executionArn(stateMachineArn(`${RESOURCES.stateMachine}-b`), 'a');
  for (const type of JOB_EVENT_TYPES) {
    const sent = (arn: string) => ({
      source: entry.Source,
      'detail-type': type,
      detail: { executionArn: arn },
    });
    expect([matches(sent(own)), matches(sent(neighbour))]).toEqual([true, false]);
  }
});
