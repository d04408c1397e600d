import { describe, expect, test } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { withSegment } from './damage.ts';
import { heic, hevc, xmpItem } from './heic/heic-file.ts';
import { quarters, render } from './pictures.ts';
import { TAG, tiffFile } from './tiff-file.ts';

const GPS = {
  GPSLatitudeRef: 'N',
  GPSLatitude: '51/1 30/1 0/1',
  GPSLongitudeRef: 'W',
  GPSLongitude: '0/1 7/1 0/1',
};
const xmp = (properties: string) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description ${properties}</rdf:Description></rdf:RDF></x:xmpmeta>`;
const PLACED = xmp(
  'xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="51,30.0N" exif:GPSLongitude="0,7.0W">',
);
const TITLED = xmp(
  'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:title="GPSLatitude of a clock" exif:GPSLatitude="">',
);

const removed = async (source: Buffer) => {
  const { metadata, outputs } = await render(source);
  for (const body of outputs.values()) expect(body.toString('latin1')).not.toMatch(/GPS|51,30|adobe/);
  return (metadata as { locationRemoved: boolean }).locationRemoved;
};

describe('locationRemoved', () => {
  describe.each<[string, (image: Sharp) => Sharp]>([
    ['JPEG', (image) => image.jpeg()],
    ['PNG', (image) => image.png()],
    ['WebP', (image) => image.webp()],
    ['AVIF', (image) => image.avif({ effort: 1 })],
    ['TIFF', (image) => image.tiff()],
  ])('%s', (label, encode) => {
    test.each<[string, (image: Sharp) => Sharp, boolean]>([
      ['coordinates in EXIF', (image) => image.withExif({ IFD3: GPS }), label !== 'TIFF'],
      [
        'a GPS folder that has only a time',
        (image) => image.withExif({ IFD3: { GPSDateStamp: '2024:05:17' } }),
        false,
      ],
      ['EXIF without a GPS folder', (image) => image.withExif({ IFD0: { Make: 'Optics' } }), false],
      ['coordinates in XMP', (image) => image.withXmp(PLACED), true],
      ['XMP of other things', (image) => image.withXmp(TITLED), false],
      ['nothing', (image) => image, false],
    ])('%s', async (_what, tag, expected) => {
      expect(await removed(await encode(tag(quarters())).toBuffer())).toBe(expected);
    });
  });

  test.each<[string, string, boolean]>([
    ['an element', '><exif:GPSLongitude>0,7.0W</exif:GPSLongitude>', true],
    ['an empty element', '><exif:GPSLongitude></exif:GPSLongitude>', false],
    ['a drone’s', 'drone-dji:GpsLatitude="+51.5">', true],
    ['a city', 'photoshop:City="London">', true],
    ['a place that is shown', '><Iptc4xmpExt:CountryName>Norway</Iptc4xmpExt:CountryName>', true],
    ['no city', 'photoshop:City="">', false],
  ])('XMP with %s', async (_label, properties, expected) => {
    expect(await removed(await quarters().withXmp(xmp(properties)).jpeg().toBuffer())).toBe(expected);
  });

  test.each<[string, readonly number[], boolean]>([
    ['a city', [0x1c, 2, 90, 0, 6, ...Buffer.from('London')], true],
    ['a headline', [0x1c, 2, 105, 0, 4, ...Buffer.from('Rain')], false],
  ])('IPTC with %s', async (_label, dataset, expected) => {
    const iptc = Buffer.from(dataset);
    const size = Buffer.from([0, 0, 0, iptc.length]);
    const resource = Buffer.concat([
      Buffer.from('8BIM\x04\x04\0\0', 'latin1'),
      size,
      iptc,
      Buffer.alloc(iptc.length & 1),
    ]);
    const source = withSegment(
      await quarters().jpeg().toBuffer(),
      0xed,
      Buffer.concat([Buffer.from('Photoshop 3.0\0'), resource]),
    );
    expect(await removed(source)).toBe(expected);
  });

  test.each<[string, Readonly<Record<number, readonly number[]>>, boolean]>([
    ['coordinates', { 1: [78], 2: [51, 30, 0] }, true],
    ['a version alone', { 0: [2, 3, 0, 0] }, false],
  ])('a TIFF’s own table with %s', async (_label, inside, expected) => {
    const source = tiffFile({
      width: 32,
      height: 32,
      pixels: Buffer.alloc(1024, 99),
      inside,
      insideTag: TAG.gps,
    });
    expect(await removed(source)).toBe(expected);
  });

  test.each<[string, string, boolean]>([
    ['coordinates', PLACED, true],
    ['other things', TITLED, false],
  ])('a HEIC with XMP of %s', async (_label, content, expected) => {
    expect(await removed(heic([hevc('quarters'), xmpItem(content)]))).toBe(expected);
  });

  test('an image without any of them still says so', async () => {
    const plain = sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } });
    expect(await removed(await plain.gif().toBuffer())).toBe(false);
  });
});
