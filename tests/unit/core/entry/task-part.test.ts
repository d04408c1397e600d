import { describe, expect, test } from '@jest/globals';
import { type PartEnvironment, readTaskPart } from '../../../../core/entry/task-part.ts';

const read = (environment: PartEnvironment & Record<string, string>) => readTaskPart(environment);

describe('the part of a task', () => {
  test.each([
    ['the whole job, as executions of earlier definitions want it, unsplit', {}, 'unsplit', 0, 1],
    ['nothing, as an empty variable', { PART: '' }, 'unsplit', 0, 1],
    ['the whole job in a larger task', { PART: 'unsplit' }, 'unsplit', 0, 1],
    ['the whole job, which it may split among eight', { PART: 'whole' }, 'whole', 0, 8],
    ['or among as many as the setting says', { PART: 'whole', MAX_VIDEO_CHUNK_TASKS: '3' }, 'whole', 0, 3],
    ['the first chunk', { PART: 'chunk', CHUNK: '0', CHUNK_TASKS: '1' }, 'chunk', 0, 1],
    ['a later one', { PART: 'chunk', CHUNK: '47', CHUNK_TASKS: '40' }, 'chunk', 47, 40],
    ['the join', { PART: 'join' }, 'join', 0, 1],
  ])('may be %s', (_what, environment, name, chunk, tasks) => {
    expect(read(environment)).toEqual({ name, chunk, tasks });
  });

  test.each([
    ['an unknown part', { PART: 'half' }, 'Expected whole, unsplit, chunk or join in PART, got "half".'],
    ['a chunk without a number', { PART: 'chunk' }, /in CHUNK, got nothing\.$/],
    ['a chunk with a fraction', { PART: 'chunk', CHUNK: '1.5' }, /in CHUNK, got "1\.5"\.$/],
    ['a negative chunk', { PART: 'chunk', CHUNK: '-1' }, /whole number from 0 to \d+ in CHUNK, got "-1"\.$/],
    ['a chunk in text', { PART: 'chunk', CHUNK: 'two' }, /in CHUNK, got "two"\.$/],
    [
      'more tasks than a Map state runs',
      { PART: 'chunk', CHUNK: '1', CHUNK_TASKS: '41' },
      'Expected a whole number from 1 to 40 in CHUNK_TASKS, got "41".',
    ],
    ['a malformed setting', { PART: 'whole', MAX_VIDEO_CHUNK_TASKS: '0' }, /MAX_VIDEO_CHUNK_TASKS/],
  ])('is not %s', (_what, environment, message) => {
    const reading = () => read(environment as PartEnvironment & Record<string, string>);
    expect(reading).toThrow(message);
    expect(reading).toThrow(expect.objectContaining({ name: 'InvalidConfiguration' }));
  });
});
