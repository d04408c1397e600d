/**
 * Returns the lowercase extension without its dot, or '' (`.jpg` alone is a name, not an
 * extension).
 */
export function extensionOf(file: string): string {
  return file.slice(withoutExtension(file).length + 1).toLowerCase();
}

/** Returns the file name without its last extension. */
export function withoutExtension(file: string): string {
  const dot = file.lastIndexOf('.');
  return dot > 0 ? file.slice(0, dot) : file;
}
