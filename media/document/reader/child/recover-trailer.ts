/** The catalog's object, as a file in plain text says it; what is packed in an object stream cannot be found this way. */
const CATALOG = /(\d{1,10})\s+(\d{1,5})\s+obj\s*<<(?:(?!endobj)[\s\S]){0,2000}?\/Type\s*\/Catalog\b/;
const ENCRYPTED = /\/Encrypt\s+\d+\s+\d+\s+R/;

/**
 * Puts a trailer to a PDF that has lost its end, as an interrupted download has: pdf.js rebuilds a broken table of objects, but must be told
 * where the document begins. Undefined where nothing is to be found.
 */
export function withTrailer(pdf: Buffer): Buffer | undefined {
  const text = pdf.toString('latin1');
  const [, number, generation] = CATALOG.exec(text) ?? [];
  if (!number || ENCRYPTED.test(text)) return undefined;
  return Buffer.concat([pdf, Buffer.from(`\ntrailer\n<< /Root ${number} ${generation} R >>\n`)]);
}
