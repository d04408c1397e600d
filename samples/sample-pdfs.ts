import { writePdf } from './write-pdf.ts';

const FONTS =
  '/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> /F2 << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >> >>';
const CHAPTERS = [
  ['Summary', 'More was kept this year than in any year before.'],
  ['Photographs', 'Most photographs come from telephones, and most of them upright.'],
  ['Outlook', 'Films grow longer; documents stay as long as they always were.'],
] as const;
/** Number of filler lines per page. */
const LINES = 24;

/**
 * Makes three pages with headings, a bar chart, an outline and metadata, in two of the standard
 * fonts that every reader has.
 */
export function reportPdf(): Buffer {
  return writePdf({
    pages: CHAPTERS.map(([title, lead], index) => ({
      resources: FONTS,
      content: [
        `BT /F1 26 Tf 72 760 Td (${index + 1}. ${title}) Tj ET`,
        `BT /F2 12 Tf 16 TL 72 720 Td (${lead}) Tj`,
        ...Array.from({ length: LINES }, (_, line) => `T* (${fillingLine(index * LINES + line)}) Tj`),
        'ET',
        ...[3, 5, 4, 7].map(
          (height, bar) => `0.2 0.4 0.${index + 5} rg ${90 + bar * 60} 80 40 ${height * 24} re f`,
        ),
      ].join('\n'),
    })),
    info: "/Title (Yearly report) /Author (Media Pipeline) /Subject (What was kept) /Producer (samples/write-pdf.ts) /CreationDate (D:20240229120000Z) /ModDate (D:20240301083000+01'00')",
    outline: CHAPTERS.map(([title], index) => ({ title, page: index + 1 })),
  });
}

function fillingLine(number: number): string {
  return `Item ${number + 1}: received, looked at, put away in box ${1 + (number % 7)}, and entered in the book.`;
}

/** Makes a page that contains only an image, as a scanner does. */
export function scanPdf(jpeg: Buffer, width: number, height: number): Buffer {
  return writePdf({
    pages: [{ content: 'q 595 0 0 842 0 0 cm /Im1 Do Q', resources: '/XObject << /Im1 @scan >>' }],
    objects: {
      scan: {
        dict: `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode`,
        stream: jpeg,
      },
    },
  });
}
