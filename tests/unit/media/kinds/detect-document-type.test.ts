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
    ['plain text', 'a.txt', Buffer.from('hello'), 'text/plain'],
    ['plain text in Latin-1', 'a.txt', Buffer.from('Grüße', 'latin1'), 'text/plain'],
    ['plain text in UTF-16', 'a.txt', Buffer.from('\uFEFFhello', 'utf16le'), 'text/plain'],
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

  const refused: [label: string, file: string, content: Buffer, name: string][] = [
    ['an Office document with a password', 'a.docx', compound('EncryptedPackage'), 'EncryptedDocument'],
    ['one whose directory lies further in', 'a.xlsx', compound(''), 'EncryptedDocument'],
    [
      'a Word document from before 2007 under a new name',
      'a.docx',
      compound('WordDocument'),
      'UnsupportedMediaType',
    ],
    ['a Word document from before 2007', 'a.doc', compound('WordDocument'), 'UnsupportedMediaType'],
    ['HTML that calls itself Word', 'a.docx', Buffer.from('<html><body>hi'), 'MediaTypeMismatch'],
    ['a PDF that calls itself text', 'a.txt', pdf, 'MediaTypeMismatch'],
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
});
