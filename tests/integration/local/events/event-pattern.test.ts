import { describe, expect, test } from '@jest/globals';
import { eventPattern } from '../../../../local/events/event-pattern.ts';

const EVENT = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  resources: ['arn:one', 'arn:two'],
  detail: {
    bucket: { name: 'media-input' },
    object: { key: 'tenants/a/photo.JPG', size: 12 },
    version: null,
    ready: true,
    containers: [
      { name: 'x', exitCode: 0 },
      { name: 'y', exitCode: 137 },
    ],
  },
};

const MATCHES: [label: string, pattern: object, matches: boolean][] = [
  ['a literal', { source: ['aws.s3'] }, true],
  ['another literal', { source: ['aws.ec2'] }, false],
  ['any of several', { source: ['aws.ec2', 'aws.s3'] }, true],
  ['all fields', { source: ['aws.s3'], 'detail-type': ['Object Deleted'] }, false],
  ['a field that is absent', { detail: { nothing: ['x'] } }, false],
  ['a nested object', { detail: { bucket: { name: ['media-input'] } } }, true],
  ['a value in the event’s array', { resources: ['arn:two'] }, true],
  ['an object in the event’s array', { detail: { containers: { exitCode: [137] } } }, true],
  ['fields of one object in the array', { detail: { containers: { name: ['x'], exitCode: [137] } } }, false],
  ['null', { detail: { version: [null] } }, true],
  ['a boolean', { detail: { ready: [true] } }, true],
  ['a number as a number only', { detail: { object: { size: ['12'] } } }, false],
  ['prefix', { detail: { object: { key: [{ prefix: 'tenants/' }] } } }, true],
  ['prefix of another', { detail: { object: { key: [{ prefix: 'users/' }] } } }, false],
  ['suffix', { detail: { object: { key: [{ suffix: '.JPG' }] } } }, true],
  ['suffix is by case', { detail: { object: { key: [{ suffix: '.jpg' }] } } }, false],
  [
    'suffix by any case',
    { detail: { object: { key: [{ suffix: { 'equals-ignore-case': '.jpg' } }] } } },
    true,
  ],
  ['equals-ignore-case', { source: [{ 'equals-ignore-case': 'AWS.S3' }] }, true],
  ['anything-but a value', { source: [{ 'anything-but': 'aws.s3' }] }, false],
  ['anything-but a list', { source: [{ 'anything-but': ['aws.ec2', 'aws.ecs'] }] }, true],
  ['anything-but a prefix', { source: [{ 'anything-but': { prefix: 'aws.' } }] }, false],
  ['anything-but on an absent field', { detail: { nothing: [{ 'anything-but': 'x' }] } }, false],
  ['numeric within', { detail: { object: { size: [{ numeric: ['>', 0, '<=', 12] }] } } }, true],
  ['numeric outside', { detail: { object: { size: [{ numeric: ['>', 12] }] } } }, false],
  ['exists', { detail: { object: { size: [{ exists: true }] } } }, true],
  ['does not exist', { detail: { object: { etag: [{ exists: false }] } } }, true],
  ['does not exist but does', { detail: { object: { size: [{ exists: false }] } } }, false],
  ['wildcard', { detail: { object: { key: [{ wildcard: 'tenants/*/*.JPG' }] } } }, true],
  ['wildcard with special characters', { source: [{ wildcard: 'aws?s*' }] }, false],
  ['$or', { $or: [{ source: ['x'] }, { 'detail-type': ['Object Created'] }] }, true],
  ['$or of none', { $or: [{ source: ['x'] }, { source: ['y'] }], 'detail-type': ['Object Created'] }, false],
  ['$or below', { detail: { $or: [{ ready: [false] }, { object: { size: [12] } }] } }, true],
];

describe('matches as EventBridge does', () => {
  test.each(MATCHES)('%s', (_label, pattern, matches) => {
    expect(eventPattern(pattern)(EVENT)).toBe(matches);
  });
});

const WRONG: [label: string, pattern: unknown][] = [
  ['an unknown operator', { source: [{ cidr: '10.0.0.0/8' }] }],
  ['two operators in one', { source: [{ prefix: 'a', suffix: 'b' }] }],
  ['a value outside an array', { source: 'aws.s3' }],
  ['no value', { source: [] }],
  ['an empty pattern', {}],
  ['numeric without a number', { size: [{ numeric: ['>', '1'] }] }],
  ['an unknown comparison', { size: [{ numeric: ['toString', 1] }] }],
  ['exists with text', { size: [{ exists: 'true' }] }],
  ['$or with one pattern', { $or: [{ source: ['a'] }] }],
  ['an array in an array', { source: [['a']] }],
];

describe('refuses', () => {
  test.each(WRONG)('%s', (_label, pattern) => {
    expect(() => eventPattern(pattern)).toThrow(/Event pattern/);
  });
});
