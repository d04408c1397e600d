const MAX_BYTES = 1280 * 1024;
const MORE_BYTES: Readonly<Record<string, number>> = {
  // Tables of encodings, which are parsed once a text needs them.
  'process-document': 900 * 1024,
  // Clients of seven services, and what tells types of files, loaded before an upload begins.
  'serve-api': 128 * 1024,
};

/**
 * Returns the maximum size of a function's own code (without native packages), unpacked. Node reads all
 * of it on a cold start.
 */
export const maxCodeBytes = (name: string): number => MAX_BYTES + (MORE_BYTES[name] ?? 0);
