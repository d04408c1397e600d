import { describe, expect, test } from '@jest/globals';
import { detectMediaType } from '../../../../media/kinds/detect-media-type.ts';
import { writeDocx } from '../../../../samples/write-office.ts';
import { writePdf } from '../../../../samples/write-pdf.ts';
import { writeZip } from '../../../../samples/write-zip.ts';
import { writeOdf } from '../../../support/write-odf.ts';

const pdf = writePdf({ pages: [{ content: '' }] });
const docx = writeDocx({ title: 'T', paragraphs: ['p'] });
/** A compound file's header, and the name of one of its streams. */
const compound = (stream: string) =>
  Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(1016), Buffer.from(stream, 'utf16le')]);

/** A Word document whose main part has another content type. */
const typed = (type: string) =>
  writeZip([
    {
      name: '[Content_Types].xml',
      data: `<Types><Override PartName="/word/document.xml" ContentType="${type}.main+xml"/></Types>`,
    },
  ]);

describe('documents by their first bytes', () => {
  const cases: [label: string, file: string, content: Buffer, type: string][] = [
    ['a PDF', 'a.pdf', pdf, 'application/pdf'],
    [
      'a PDF with junk before it',
      'a.pdf',
      Buffer.concat([Buffer.from('\r\n\r\njunk\n'), pdf]),
      'application/pdf',
    ],
    ['a PDF of no particular name', 'a', pdf, 'application/pdf'],
    [
      'a Word document',
      'a.docx',
      docx,
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    [
      'an Office document that begins with something else',
      'a.xlsx',
      writeZip([{ name: 'odd.bin', data: Buffer.alloc(100_000, 'x'), stored: true }]).subarray(0, 65_536),
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ],
    [
      'an OpenDocument text',
      'a.odt',
      writeOdf({ kind: 'text', body: '' }),
      'application/vnd.oasis.opendocument.text',
    ],
    ['RTF', 'a.rtf', Buffer.from('{\\rtf1 hello}'), 'application/rtf'],
    ['RTF that Word saved', 'a.doc', Buffer.from('{\\rtf1 hello}'), 'application/rtf'],
    ['a Word document from before 2007', 'a.doc', compound('WordDocument'), 'application/msword'],
    ['an Excel workbook from before 2007', 'a.xls', compound(''), 'application/vnd.ms-excel'],
    ['a presentation from before 2007', 'a.ppt', compound(''), 'application/vnd.ms-powerpoint'],
    [
      'a Word document with macros',
      'a.docm',
      typed('application/vnd.ms-word.document.macroEnabled'),
      'application/vnd.ms-word.document.macroenabled.12',
    ],
    [
      'a Word template',
      'a.dotx',
      typed('application/vnd.openxmlformats-officedocument.wordprocessingml.template'),
      'application/vnd.openxmlformats-officedocument.wordprocessingml.template',
    ],
    [
      'a workbook with macros of no known type',
      'a.xlsm',
      writeZip([{ name: 'a', data: 'a' }]),
      'application/vnd.ms-excel.sheet.macroenabled.12',
    ],
    ['values separated by tabs', 'a.tsv', Buffer.from('a\tb\n1\t2\n'), 'text/tab-separated-values'],
    ['plain text', 'a.txt', Buffer.from('hello'), 'text/plain'],
    ['plain text in Latin-1', 'a.txt', Buffer.from('Grüße', 'latin1'), 'text/plain'],
    ['plain text in UTF-16', 'a.txt', Buffer.from('\uFEFFhello', 'utf16le'), 'text/plain'],
    ['plain text with a run of NULs', 'a.log', Buffer.from(`one\n${'\0'.repeat(64)}two\n`), 'text/plain'],
    ['plain text in UTF-16 without a mark', 'a.txt', Buffer.from('имя\nцена\n', 'utf16le'), 'text/plain'],
    ['plain text in Thai', 'a.txt', Buffer.from('cac7d1cab4d5aad2c7e2c5a1', 'hex'), 'text/plain'],
    ['Markdown', 'a.md', Buffer.from('# Title'), 'text/markdown'],
    ['CSV', 'a.CSV', Buffer.from('a,b\n1,2\n'), 'text/csv'],
    ['HTML', 'a.html', Buffer.from('<!doctype html><p>x'), 'text/html'],
    [
      'XHTML',
      'a.html',
      Buffer.from('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>'),
      'text/html',
    ],
    ['a head that ends within a character', 'a.txt', Buffer.from('日本').subarray(0, 5), 'text/plain'],
  ];
  test.each(cases)('%s', async (_, file, content, contentType) => {
    expect(await detectMediaType(file, content)).toMatchObject({ kind: 'DOCUMENT', contentType });
  });

  /** How the files of other kinds begin that file-type knows by these letters alone. */
  const beginnings = [
    ...['BMI,age', 'MZ is', '%! see', 'GIF is', 'MM of', 'II of', 'ID3,value', 'MP+ is', 'CWS a', 'FWS a'],
    ...['BZh', '8BPS', 'FLIF', 'MPCK', 'FORM 1040', 'icns', 'OggS', 'MThd', 'DSD a', 'LZIP', 'fLaC', 'wvpk'],
    ...[
      '%PDF is a format',
      'MAC addresses',
      'SQLite',
      'Cr24',
      'MSCF',
      'ISc(',
      '!BDN',
      'PAR1',
      'ttcf',
      'regf',
    ],
    ...[
      '$FL2',
      '#!AMR',
      'IMPM',
      'a -lh5- b',
      'ITSF',
      '.RMF',
      'DRACO',
      '<?xml version',
      'solid state',
      'AC1015',
    ],
    ...[
      '070707',
      'BLENDER',
      '!<arch> of Bonaparte',
      'WEBVTT',
      'The free one',
      'A tmdat',
      'A xmoov',
      'Far wide',
    ],
    ...['gimp xcf file', 'Men ftyp are', 'REGEDIT4\r\n', 'RIFF of WAVE', 'FRM8 is no DSD', 'BEGIN:VCARD'],
    ...['FUJIFILMCCD-RAW', 'Extended Module:', 'Creative Voice File', '-----BEGIN PGP MESSAGE-----'],
    ...[
      `G${'x'.repeat(187)}G`,
      `1234G${'x'.repeat(191)}G`,
      `${'x'.repeat(36)}acsp`,
      `${'x'.repeat(128)}DICM`,
    ],
    ...[`${'x'.repeat(60)}BOOKMOBI`, `${'x'.repeat(44)}SCRM`, `${'x'.repeat(257)}ustar `],
  ];
  test.each(beginnings)('text that begins with "%s" is text', async (beginning) => {
    for (const text of [`${beginning}\nand more`, `${beginning}\nGrüße\n`])
      for (const encoding of ['utf8', 'latin1'] as const)
        for (const [file, contentType] of [
          ['a.txt', 'text/plain'],
          ['a.md', 'text/markdown'],
          ['a.csv', 'text/csv'],
        ] as const)
          expect(await detectMediaType(file, Buffer.from(text, encoding))).toMatchObject({ contentType });
  });

  test.each(['FORM 1040 explained', 'ID3,value\n1,2\n', 'The free lunch', 'GIF is a format'])(
    'text that begins with "%s" is no picture, sound or video without an extension, either',
    async (text) => {
      await expect(detectMediaType('notes', Buffer.from(text))).rejects.toMatchObject({
        name: 'UnsupportedMediaType',
        message: expect.stringMatching(/its content is of no known type/),
      });
    },
  );

  test('text that begins with "ID3" is not searched for what is behind a tag', async () => {
    const reads: number[] = [];
    const type = await detectMediaType('a.csv', Buffer.from('ID3,value\n1,2\n'), async (position) => {
      reads.push(position);
      return Buffer.alloc(0);
    });
    expect(type.contentType).toBe('text/csv');
    expect(reads).toEqual([]);
  });

  test.each([
    ['a BMP', 'BM\x36\0\x0c\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x10\0\0\0\x10\0\0\0\x01\0\x18\0'],
    ['an AIFF', 'FORM\0\0\x10\0AIFFCOMM\0\0\0\x12\0\x01'],
    ['an MP3', 'ID3\x03\0\0\0\0\0\x01\0\xff\xfb\x90\x00\0\0\0\0'],
    ['an archive of texts', `a.txt${'\0'.repeat(252)}ustar\0`],
  ])('%s that calls itself text is refused', async (_, content) => {
    await expect(detectMediaType('a.txt', Buffer.from(content, 'latin1'))).rejects.toThrow(/^Expected /);
  });

  const refused: [label: string, file: string, content: Buffer, name: string][] = [
    ['an Office document with a password', 'a.docx', compound('EncryptedPackage'), 'EncryptedDocument'],
    ['one whose directory lies further in', 'a.xlsx', compound(''), 'EncryptedDocument'],
    [
      'a Word document from before 2007 under a new name',
      'a.docx',
      compound('WordDocument'),
      'UnsupportedMediaType',
    ],
    ['HTML that calls itself Word', 'a.docx', Buffer.from('<html><body>hi'), 'MediaTypeMismatch'],
    [
      'a program that calls itself text',
      'a.txt',
      Buffer.from('\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0', 'latin1'),
      'UnsupportedMediaType',
    ],
    [
      'binary data that calls itself text',
      'a.txt',
      Buffer.from([1, 0, 200, 3, 0, 7, 0, 0, 255, 9]),
      'MediaTypeMismatch',
    ],
    [
      'small numbers that look like UTF-16',
      'a.csv',
      Buffer.from([1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]),
      'MediaTypeMismatch',
    ],
    ['text that calls itself a PDF', 'a.pdf', Buffer.from('Dear team'), 'MediaTypeMismatch'],
    ['an archive', 'a.zip', writeZip([{ name: 'a', data: 'a' }]), 'UnsupportedMediaType'],
  ];
  test.each(refused)('refuses %s', async (_, file, content, name) => {
    await expect(detectMediaType(file, content)).rejects.toMatchObject({ name });
  });

  test.each([
    ['a.bmp', Buffer.from('424d46000000000000003600000028000000', 'hex'), 'BMP (image/bmp)'],
    ['a.jxl', Buffer.from('0000000c4a584c200d0a870a', 'hex'), 'JPEG XL (image/jxl)'],
    [
      'a.svg',
      Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
      'SVG, which may run scripts (.svg)',
    ],
    ['a.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'SVG, which may run scripts (.svg)'],
    ['a.eml', Buffer.from('Subject: hi\r\nFrom: a@b\r\n\r\nhello'), 'an email (.eml)'],
    ['a.xlsb', writeZip([{ name: 'a', data: 'a' }]), 'a binary Excel workbook (.xlsb)'],
    [
      'a.epub',
      writeZip([{ name: 'mimetype', data: 'application/epub+zip', stored: true }]),
      'EPUB (application/epub+zip)',
    ],
  ])('refuses %s by its name', async (file, content, name) => {
    await expect(detectMediaType(file, content)).rejects.toMatchObject({
      name: 'UnsupportedMediaType',
      message: expect.stringContaining(`its content is ${name}.`),
    });
  });
});
