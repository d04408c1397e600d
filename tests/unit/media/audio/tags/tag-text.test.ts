import { describe, expect, test } from '@jest/globals';
import { decodeTags } from '../../../../../media/audio/tags/tag-text.ts';

/** The bytes of a text in one of Windows' code pages: TextDecoder, backwards. */
function encoded(text: string, page: string): Buffer {
  const decoder = new TextDecoder(page);
  const table = new Map(
    Array.from({ length: 256 }, (_, byte) => [decoder.decode(Buffer.from([byte])), byte]),
  );
  return Buffer.from([...text].map((character) => table.get(character) ?? 0x3f));
}

const decode = (texts: string[], page: string, options = { mayBeLegacy: false }) =>
  Object.values(
    decodeTags(Object.fromEntries(texts.map((text, i) => [`tag${i}`, encoded(text, page)])), options),
  );

describe('tags without an encoding', () => {
  test.each([
    ['windows-1252', ['Café Señor Übung', 'Björk']],
    ['windows-1252', ['Für Elise', 'Über den Wolken']],
    ['windows-1252', ['Les feuilles mortes', 'Édith Piaf à l’Olympia']],
    ['windows-1252', ['é']],
    ['windows-1251', ['Группа крови', 'Кино']],
    ['windows-1251', ['Мумий Тролль', 'Утекай']],
    ['windows-1251', ['Звезда по имени Солнце', 'Кино', '1989 Best of']],
    ['windows-1253', ['Μίκης Θεοδωράκης', 'Ζορμπάς']],
    ['windows-1250', ['Dni, których jeszcze nie znamy', 'Marek Grechuta']],
    ['windows-1254', ['Şımarık', 'Gözlerin doğuyor gecelerime', 'Aşkın gözyaşları']],
  ])('in %s are read: %p', (page, texts) => {
    expect(decode(texts, page)).toEqual(texts);
  });

  test('that are UTF-8 stay so, beside others', () => {
    const tags = { a: Buffer.from('日本 Ω'), b: encoded('Björk', 'windows-1252') };
    expect(decodeTags(tags, { mayBeLegacy: true })).toEqual({ a: '日本 Ω', b: 'Björk' });
  });

  test('that ffmpeg took for Latin-1 are read again where the format is known for that', () => {
    const asLatin1 = (text: string, page: string) => Buffer.from(encoded(text, page).toString('latin1'));
    const tags = { a: asLatin1('Группа крови', 'windows-1251'), b: asLatin1('Кино', 'windows-1251') };
    expect(decodeTags(tags, { mayBeLegacy: true })).toEqual({ a: 'Группа крови', b: 'Кино' });
    expect(decodeTags(tags, { mayBeLegacy: false }).b).toBe('Êèíî');
    const twice = { a: Buffer.from(Buffer.from('Café').toString('latin1')) };
    expect(decodeTags(twice, { mayBeLegacy: true })).toEqual({ a: 'Café' });
  });
});
