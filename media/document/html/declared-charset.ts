/**
 * Returns the label of the character set that a page declares in its first bytes, if any: in a
 * `meta` element outside comments, or in an XML declaration.
 */
export function declaredCharset(head: Buffer): string | undefined {
  const text = head.toString('latin1').replace(/<!--[\s\S]*?(?:-->|$)/g, '');
  const [, meta] = /<meta[^>]+charset\s*=\s*["']?\s*([\w:.-]{2,40})/i.exec(text) ?? [];
  return meta ?? /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w:.-]{2,40})/i.exec(text)?.[1];
}
