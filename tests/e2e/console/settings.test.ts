import { describe, expect, test } from '@jest/globals';
import { parseSettings } from '../../../console/source/settings.ts';

const ISSUER = { issuer: 'https://id.example/pool/', clientId: 'console' };

describe('config.json', () => {
  test('names the API and the issuer; the rest has defaults', () => {
    expect(parseSettings(JSON.stringify({ apiUrl: 'https://api.example', ...ISSUER }))).toEqual({
      apiUrl: 'https://api.example',
      oidc: {
        issuer: 'https://id.example/pool',
        clientId: 'console',
        scope: 'openid profile',
        token: 'access_token',
      },
    });
  });

  test('may have people choose who they are, where it says so', () => {
    expect(parseSettings('{"developmentIdentity": true}')).toEqual({ apiUrl: '' });
  });

  test.each([
    ['is not there', '', /Expected config.json/],
    [
      'is the page itself, as CloudFront answers for what is missing',
      '<!doctype html>',
      /Expected config.json/,
    ],
    ['names nobody who signs people in', '{"apiUrl": ""}', /"issuer" and "clientId"/],
    ['only hints at the development identity', '{"developmentIdentity": "yes"}', /"issuer" and "clientId"/],
    ['names no client', '{"issuer": "https://id.example"}', /"issuer" and "clientId"/],
    [
      'names an unknown token',
      JSON.stringify({ ...ISSUER, token: 'refresh_token' }),
      /access_token or id_token/,
    ],
    [
      'holds a number as a text',
      JSON.stringify({ ...ISSUER, apiUrl: 7 }),
      /expected "apiUrl" to be a string/,
    ],
  ])('is refused where it %s', (_label, text, message) => {
    expect(() => parseSettings(text)).toThrow(message);
  });

  test('never gives the development identity beside an issuer', () => {
    expect(parseSettings(JSON.stringify({ ...ISSUER, developmentIdentity: true })).oidc).toBeDefined();
  });
});
