import { describe, expect, test } from '@jest/globals';
import { parseDeadLetter } from '../../../contract/dead-letter.ts';
import { parseDocumentOrder, parseWorkOrder } from '../../../contract/work-order.ts';
import { parseJob, parseStatusEntries, parseSummaries } from '../../../core/jobs/job-row.ts';
import { oldDeadLetters, oldJobRows, oldWorkOrders } from '../../support/contract-fixtures.ts';

const orders = Object.entries(oldWorkOrders);
const rows = Object.entries(oldJobRows);

// A required field that is new, or a field that means less than it did, fails here: fields are
// added as optional ones only (docs/job-contract.md).
describe('what earlier code wrote is read as it is', () => {
  test.each(orders)('the order of %s', (name, order) => {
    const parse = name === 'process-document' ? parseDocumentOrder : parseWorkOrder;
    expect(parse(order)).toEqual(order);
  });

  test.each(rows)('the row of a job that is %s', (_name, row) => {
    expect(parseJob(row)).toEqual(row);
    expect(parseSummaries([row])).toHaveLength(1);
    expect(parseStatusEntries([row])).toHaveLength(1);
  });

  test.each(oldDeadLetters.map((letter) => [letter.error.name, letter] as const))(
    'the dead letter of %s, as one of version 1',
    (_name, letter) => {
      expect(parseDeadLetter(JSON.stringify(letter))).toEqual({ version: 1, ...letter });
    },
  );
});

describe('what later code may add passes, and reaches who knows it', () => {
  test.each(orders)('in the order of %s', (_name, order) => {
    const later = { ...order, preset: 'web' };
    expect(parseDocumentOrder(later)).toEqual(later);
  });

  test('in a row, and in a dead letter', () => {
    const [row] = Object.values(oldJobRows);
    expect(parseJob({ ...row, preset: 'web' })).toEqual({ ...row, preset: 'web' });
    const later = { ...oldDeadLetters[0], version: 1, hint: 'x' };
    expect(parseDeadLetter(JSON.stringify(later))).toEqual(later);
  });
});

describe('what is none', () => {
  const order = oldWorkOrders['process-image'];

  test.each([
    ['nothing', undefined, /the whole: .*object, got nothing/],
    ['a text', 'order', /the whole: .*got "order"/],
    ['an order without a key', { ...order, key: undefined }, /key: .*string, got nothing/],
    ['an order of a kind that nobody knows', { ...order, kind: 'MODEL' }, /kind: .*"IMAGE".*got "MODEL"/],
    ['an order with half its terms', { ...order, convert: undefined }, /convert: .*got nothing/],
  ])('of an order: %s', (_what, value, message) => {
    const read = () => parseWorkOrder(value);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ name: 'InvalidConfiguration' }));
  });

  test('of a row says which, what was expected and what came', () => {
    const { createdAt: _created, ...row } = oldJobRows.failed ?? {};
    const read = () => parseJob({ ...row, attempt: '1' });
    expect(read).toThrow(expect.objectContaining({ name: 'CorruptJobRow' }));
    expect(read).toThrow(
      /row job_226ct3yhptebljwuibfr5p3yii; attempt: .*number, got "1"; createdAt: .*got nothing/,
    );
  });

  test.each([
    ['no JSON', '{'],
    ['another message', '{"hello":"world"}'],
    ['a letter of a later version', JSON.stringify({ ...oldDeadLetters[0], version: 2 })],
    ['null', 'null'],
  ])('of a letter: %s', (_what, body) => {
    expect(parseDeadLetter(body)).toBeUndefined();
  });
});
