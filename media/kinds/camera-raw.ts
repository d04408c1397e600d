import { MediaError } from '../../base/errors.ts';

/** Camera raw formats, by the media type that file-type gives. */
const BY_TYPE: Readonly<Record<string, string>> = {
  'image/x-adobe-dng': 'DNG',
  'image/x-canon-cr2': 'Canon CR2',
  'image/x-canon-cr3': 'Canon CR3',
  'image/x-fujifilm-raf': 'Fujifilm RAF',
  'image/x-nikon-nef': 'Nikon NEF',
  'image/x-olympus-orf': 'Olympus ORF',
  'image/x-panasonic-rw2': 'Panasonic RW2',
  'image/x-sony-arw': 'Sony ARW',
};

/** Magic numbers that file-type does not know. */
const BY_MAGIC: readonly [RegExp, string][] = [
  [/^(?:II|MM)....HEAPCCDR/s, 'Canon CRW'],
  [/^FOVb/, 'Sigma X3F'],
  [/^\0MRM/, 'Minolta MRW'],
  // https://exiftool.org: MakerNotePhaseOne, which follows the header.
  [/^(?:II|MM).{6}(?:IIII.waR|MMMMRaw)/s, 'Phase One IIQ'],
];

/** Formats that are TIFF at first sight, by extension. */
const BY_EXTENSION: Readonly<Record<string, string>> = {
  '3fr': 'Hasselblad 3FR',
  arw: 'Sony ARW',
  cr2: 'Canon CR2',
  crw: 'Canon CRW',
  dcr: 'Kodak DCR',
  dng: 'DNG',
  erf: 'Epson ERF',
  fff: 'Hasselblad FFF',
  iiq: 'Phase One IIQ',
  kdc: 'Kodak KDC',
  mef: 'Mamiya MEF',
  mos: 'Leaf MOS',
  nef: 'Nikon NEF',
  nrw: 'Nikon NRW',
  orf: 'Olympus ORF',
  pef: 'Pentax PEF',
  raf: 'Fujifilm RAF',
  raw: 'raw',
  rw2: 'Panasonic RW2',
  rwl: 'Leica RWL',
  sr2: 'Sony SR2',
  srf: 'Sony SRF',
  srw: 'Samsung SRW',
};
const TIFF = /^(?:II[*+]\0|MM\0[*+])/;

/**
 * Names the camera raw format of a file; undefined for any other. `sniffed`: file-type's result for
 * the same bytes.
 */
export function cameraRawFormat(head: Buffer, extension: string, sniffed?: string): string | undefined {
  const start = head.toString('latin1', 0, 16);
  const known = BY_TYPE[sniffed ?? ''] ?? BY_MAGIC.find(([magic]) => magic.test(start))?.[1];
  return known ?? (TIFF.test(start) ? BY_EXTENSION[extension] : undefined);
}

/** Such a file holds what the sensor saw, of which each program makes another picture. */
export const cameraRawError = (format: string): MediaError =>
  new MediaError(
    'UnsupportedMediaType',
    `Expected a finished picture, got a camera raw file (${format}). Export it as JPEG, HEIC or TIFF, and upload that.`,
  );
