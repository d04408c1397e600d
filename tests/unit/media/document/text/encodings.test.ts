import { describe, expect, test } from '@jest/globals';
import { textDecoder } from '../../../../../media/document/text/decode-text.ts';
import { findEncoding } from '../../../../../media/document/text/find-encoding.ts';
import { encodeText } from '../../../../support/encodings/encode-text.ts';
import { TEXTS } from '../../../../support/encodings/texts.ts';

const UNICODE = ['utf-8', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'];

interface Sample {
  label: string;
  encoding: string;
  length: 'short' | 'medium' | 'long';
  text: string;
}

/** Lines of a table, sentences, and whole texts, in every encoding of their language. */
function samples(): Sample[] {
  return Object.entries(TEXTS).flatMap(([label, { encodings, rows, prose }]) =>
    [...encodings, ...UNICODE].flatMap((encoding) => {
      const long = `${prose.join(' ')}\n${rows.join('\n')}\n${prose.join('\n')}\n`;
      return [
        ...rows.map((row) => ({ length: 'short' as const, text: `${row}\n` })),
        ...[...prose, rows.join('\n')].map((text) => ({ length: 'medium' as const, text: `${text}\n` })),
        { length: 'long' as const, text: long },
      ].map((sample) => ({ label, encoding, ...sample }));
    }),
  );
}

async function read(bytes: Buffer) {
  const found = await findEncoding(bytes);
  if (!found) return { isSure: true, text: undefined };
  const decoder = textDecoder(found.name);
  return { isSure: !found.rival, text: decoder.decode(bytes) + decoder.end() };
}

test('texts of 25 languages in 30 encodings come out right, or are said to be a guess', async () => {
  const readings = await Promise.all(
    samples().map(async (sample) => {
      const { text, isSure } = await read(encodeText(sample.text, sample.encoding));
      return { ...sample, isSure, isRight: text?.normalize() === sample.text.normalize() };
    }),
  );
  const share = (of: typeof readings) => of.filter(({ isRight }) => isRight).length / of.length;
  const legacy = readings.filter(({ encoding }) => !UNICODE.includes(encoding));
  const shares = {
    unicode: share(readings.filter(({ encoding }) => UNICODE.includes(encoding))),
    short: share(legacy.filter(({ length }) => length === 'short')),
    medium: share(legacy.filter(({ length }) => length === 'medium')),
    long: share(legacy.filter(({ length }) => length === 'long')),
  };
  process.stdout.write(`read right of ${legacy.length} files: ${JSON.stringify(shares)}\n`);
  expect(legacy.length).toBeGreaterThanOrEqual(200);
  expect(new Set(readings.map(({ encoding }) => encoding)).size).toBeGreaterThanOrEqual(30);
  expect(shares.unicode).toBeGreaterThan(0.99);
  expect(shares.short).toBeGreaterThan(0.9);
  expect(shares.medium).toBeGreaterThan(0.99);
  expect(shares.long).toBe(1);
  const silent = legacy.filter(({ isRight, isSure }) => !isRight && isSure);
  expect(silent.map(({ label, encoding, text }) => `${label} in ${encoding}: ${text}`)).toEqual([]);
});

/** The names of countries: texts of another kind than those above, and short. */
const COUNTRIES = [
  ...['AT', 'DE', 'CH', 'HU', 'ES', 'GR', 'TR', 'NO', 'SE', 'CZ', 'LV', 'KR', 'JP', 'CN', 'BR'],
  ...['DK', 'RO', 'IS', 'EE', 'EG', 'IE', 'SI', 'GB', 'US', 'ZA', 'AU', 'AE', 'AL', 'RU', 'UA'],
];

describe('a table of countries', () => {
  const cases: [locale: string, encoding: string][] = [
    ['de', 'windows-1252'],
    ['fr', 'windows-1252'],
    ['pt', 'windows-1252'],
    ['fi', 'windows-1252'],
    ['pl', 'windows-1250'],
    ['cs', 'iso-8859-2'],
    ['hu', 'windows-1250'],
    ['ru', 'windows-1251'],
    ['ru', 'koi8-r'],
    ['ru', 'ibm866'],
    ['uk', 'windows-1251'],
    ['bg', 'windows-1251'],
    ['el', 'windows-1253'],
    ['tr', 'windows-1254'],
    ['he', 'windows-1255'],
    ['ar', 'windows-1256'],
    ['lt', 'windows-1257'],
    ['vi', 'windows-1258'],
    ['th', 'windows-874'],
    ['ja', 'shift_jis'],
    ['ja', 'euc-jp'],
    ['ja', 'iso-2022-jp'],
    ['zh-Hans', 'gbk'],
    ['zh-Hant', 'big5'],
    ['ko', 'euc-kr'],
  ];
  test.each(cases)('in %s and %s is read right', async (locale, encoding) => {
    const names = new Intl.DisplayNames(locale, { type: 'region' });
    const table = COUNTRIES.map((code, i) => `${i};${names.of(code)?.replace('ʼ', '’')};${code}\n`).join('');
    const { text } = await read(encodeText(table, encoding));
    expect(text?.normalize()).toBe(table.normalize());
  });
});
