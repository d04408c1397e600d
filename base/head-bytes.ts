/**
 * Number of leading bytes from which a file's type is told: enough to reach the first entries of an
 * Office file.
 */
export const HEAD_BYTES = 64 * 1024;
