/**
 * The catalog object in a file with uncompressed objects; one inside an object stream cannot be
 * found this way.
 */
const CATALOG = /(\d{1,10})\s+(\d{1,5})\s+obj\s*<<(?:(?!endobj)[\s\S]){0,2000}?\/Type\s*\/Catalog\b/;
const ENCRYPTED = /\/Encrypt\s+\d+\s+\d+\s+R/;

/**
 * Appends a trailer to a PDF whose end is missing, for example after an interrupted download:
 * pdf.js rebuilds a broken cross-reference table, but needs the document's root object. Returns
 * undefined if there is none to be found.
 */
export function withTrailer(pdf: Buffer): Buffer | undefined {
  const text = pdf.toString('latin1');
  const [, number, generation] = CATALOG.exec(text) ?? [];
  if (!number || ENCRYPTED.test(text)) return undefined;
  return Buffer.concat([pdf, Buffer.from(`\ntrailer\n<< /Root ${number} ${generation} R >>\n`)]);
}
