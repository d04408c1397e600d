/**
 * Tenant and user, as a regular expression's source. Without other imports, so that the web page
 * can load it.
 */
export const IDENTIFIER_PATTERN = '[A-Za-z0-9_-]{1,64}';
