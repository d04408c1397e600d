/** Types that people upload and the pipeline does not support, by what file-type calls them. */
const BY_TYPE: Readonly<Record<string, string>> = {
  'image/bmp': 'BMP',
  'image/jxl': 'JPEG XL',
  'application/epub+zip': 'EPUB',
  'application/x-cfb': 'a compound file of Microsoft Office or Outlook',
};

/** Text formats, which have no magic bytes: extension and content together show them. */
const BY_TEXT: readonly { extension: string; content: RegExp; name: string }[] = [
  { extension: 'svg', content: /<(?:\w+:)?svg[\s>]/, name: 'SVG, which may run scripts' },
  {
    extension: 'eml',
    content: /^(?:From|To|Subject|Date|Received|Return-Path|MIME-Version): /im,
    name: 'an email',
  },
];

/** Returns the name of a type that is not supported, if it is a known one. */
export function knownUnsupported(
  head: Buffer,
  extension: string,
  sniffed: string | undefined,
): string | undefined {
  const named = BY_TYPE[sniffed ?? ''];
  if (named) return `${named} (${sniffed})`;
  if (extension === 'xlsb' && sniffed === 'application/zip') return 'a binary Excel workbook (.xlsb)';
  const text = head.toString('latin1', 0, 4096);
  const found = BY_TEXT.find((type) => type.extension === extension && type.content.test(text));
  return found && `${found.name} (.${extension})`;
}
