import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { inspectOfficeFile } from '../../../../media/office/inspect-office-file.ts';
import { OFFICE_FORMATS, type OfficeFormat } from '../../../../media/office/office-format.ts';
import { writeDocx } from '../../../../samples/write-office.ts';
import { writeZip } from '../../../../samples/write-zip.ts';
import { writeOdf } from '../../../support/write-odf.ts';

const MiB = 1024 * 1024;

async function inspected(extension: string, content: Buffer) {
  const format = Object.values(OFFICE_FORMATS).find((known) => known.extension === extension) as OfficeFormat;
  const directory = await mkdtemp(join(tmpdir(), 'archive-test-'));
  try {
    const file = join(directory, 'source');
    await writeFile(file, content);
    return (await inspectOfficeFile(file, format)).dates;
  } finally {
    await rm(directory, { recursive: true });
  }
}

const docx = (...entries: { name: string; data: Buffer | string; stored?: boolean }[]) =>
  writeDocx({ title: 'T', paragraphs: ['p'], entries });
const odt = (...entries: { name: string; data: Buffer | string; stored?: boolean }[]) =>
  writeOdf({ kind: 'text', body: '', entries });
const workbook = writeZip([{ name: 'xl/workbook.xml', data: '<workbook/>' }]);

describe('Office files that may pass', () => {
  const cases: [label: string, extension: string, content: Buffer, dates: object][] = [
    [
      'a Word document, with its dates',
      'docx',
      docx(),
      { createdAt: '2024-02-29T12:00:00.000Z', modifiedAt: '2024-03-01T08:30:00.000Z' },
    ],
    [
      'an OpenDocument text, with its dates taken as UTC',
      'odt',
      odt({
        name: 'meta.xml',
        data: '<meta:creation-date>2020-05-17T10:00:00.5</meta:creation-date><dc:date>2020-05-18T10:00:00+02:00</dc:date>',
      }),
      { createdAt: '2020-05-17T10:00:00.500Z', modifiedAt: '2020-05-18T08:00:00.000Z' },
    ],
    ['one without dates', 'odt', odt(), {}],
    [
      "one with a chart's workbook inside",
      'docx',
      docx({ name: 'word/embeddings/sheet.xlsx', data: workbook }),
      { createdAt: '2024-02-29T12:00:00.000Z' },
    ],
    [
      'one with 20 MiB of nothing, which packs very well',
      'docx',
      docx({ name: 'word/media/blank.bmp', data: Buffer.alloc(20 * MiB) }),
      { createdAt: '2024-02-29T12:00:00.000Z' },
    ],
    ['RTF', 'rtf', Buffer.from('{\\rtf1 hello}'), {}],
  ];
  test.each(cases)('%s', async (_, extension, content, dates) => {
    expect(await inspected(extension, content)).toMatchObject(dates);
  });
});

describe('Office files that LibreOffice never sees', () => {
  const manyEntries = Array.from({ length: 10_001 }, (_, i) => ({
    name: `word/media/${i}`,
    data: '',
    stored: true,
  }));
  const nestedTwice = writeZip([
    { name: 'inner.zip', data: writeZip([{ name: 'x.zip', data: workbook, stored: true }]), stored: true },
  ]);
  /** What the directory says of the last entry's size. */
  const claiming = (bytes: number, content: Buffer) => {
    const at = content.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
    content.writeUInt32LE(bytes, at + 24);
    return content;
  };
  const cases: [label: string, extension: string, make: () => Buffer, name: string, message: RegExp][] = [
    [
      'a bomb of 1 : 1000',
      'docx',
      () => docx({ name: 'word/media/bomb', data: Buffer.alloc(100 * MiB) }),
      'CorruptMedia',
      /a compression ratio of at most 100/,
    ],
    [
      'one that unpacks to more than 512 MiB',
      'odt',
      () => claiming(600 * MiB, odt({ name: 'large', data: randomBytes(MiB) })),
      'FileTooLarge',
      /at most 536870912 bytes/,
    ],
    ['one of too many entries', 'docx', () => docx(...manyEntries), 'CorruptMedia', /at most 10000 entries/],
    [
      'one that claims smaller entries than it has',
      'docx',
      () => claiming(10, docx({ name: 'word/media/lie', data: randomBytes(MiB) })),
      'CorruptMedia',
      /intact ZIP archive/,
    ],
    [
      'one with a path that leads out',
      'docx',
      () => docx({ name: '../../etc/cron.d/evil', data: 'x' }),
      'CorruptMedia',
      /intact ZIP archive/,
    ],
    [
      'one with an absolute path',
      'odt',
      () => odt({ name: '/etc/passwd', data: 'x' }),
      'CorruptMedia',
      /intact ZIP archive/,
    ],
    [
      'one entry twice, of which two readers may take different ones',
      'docx',
      () => docx({ name: 'word/document.xml', data: 'other' }),
      'CorruptMedia',
      /unique entry names/,
    ],
    [
      'archives in archives in archives',
      'docx',
      () => docx({ name: 'word/embeddings/nested.zip', data: nestedTwice, stored: true }),
      'CorruptMedia',
      /nested/,
    ],
    ['a damaged one', 'docx', () => docx().fill(7, 40, 400), 'CorruptMedia', /intact ZIP archive/],
    ['a cut-off one', 'odt', () => odt().subarray(0, 300), 'CorruptMedia', /intact ZIP archive/],
    ['an empty archive', 'docx', () => writeZip([]), 'MediaTypeMismatch', /got another format/],
    [
      'a workbook under the name of a document',
      'docx',
      () =>
        writeZip([
          {
            name: '[Content_Types].xml',
            data: '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
          },
        ]),
      'MediaTypeMismatch',
      /\.docx/,
    ],
    [
      'a document with macros under the name of one without',
      'docx',
      () =>
        writeZip([
          {
            name: '[Content_Types].xml',
            data: '<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>',
          },
        ]),
      'MediaTypeMismatch',
      /\.docx/,
    ],
    [
      'a presentation under the name of a text',
      'odt',
      () => writeOdf({ kind: 'presentation', body: '' }),
      'MediaTypeMismatch',
      /\.odt/,
    ],
    [
      'an OpenDocument with a password',
      'ods',
      () =>
        writeZip([
          { name: 'mimetype', data: 'application/vnd.oasis.opendocument.spreadsheet', stored: true },
          { name: 'META-INF/manifest.xml', data: '<manifest:encryption-data/>' },
        ]),
      'EncryptedDocument',
      /password/,
    ],
    [
      'HTML under the name of RTF',
      'rtf',
      () => Buffer.from('<html><img src="http://127.0.0.1/">'),
      'MediaTypeMismatch',
      /\.rtf/,
    ],
  ];
  test.each(cases)('%s', async (_, extension, make, name, message) => {
    await expect(inspected(extension, make())).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });

  test('an archive with a password', async () => {
    const content = docx();
    // Bit 0 of the flags in the first directory record.
    const at = content.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
    content.writeUInt16LE(content.readUInt16LE(at + 8) | 1, at + 8);
    await expect(inspected('docx', content)).rejects.toMatchObject({ name: 'EncryptedDocument' });
  });
});
