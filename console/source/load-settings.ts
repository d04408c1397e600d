import { parseSettings, type Settings } from './settings.ts';

/** Loads `config.json` from the console's origin. Throws an error that names an invalid setting. */
export async function loadSettings(): Promise<Settings> {
  const response = await fetch('/config.json', { cache: 'no-cache' });
  const text = await response.text();
  return parseSettings(response.ok ? text : '');
}
