import { parseSettings, type Settings } from './settings.ts';

/** Reads `config.json` beside the page. Throws an error that says which setting is wrong. */
export async function loadSettings(): Promise<Settings> {
  const response = await fetch('/config.json', { cache: 'no-cache' });
  const text = await response.text();
  return parseSettings(response.ok ? text : '');
}
