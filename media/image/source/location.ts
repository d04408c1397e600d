import type { Metadata } from 'sharp';
import { readExif } from './image-exif.ts';

/** A property with a value, as attribute or element. */
const VALUE = `(?:\\s*=\\s*["'][^"']|>\\s*[^<\\s])`;
/** Coordinates, of EXIF in XMP and of drones; and names of places, of Photoshop and IPTC. */
const XMP_PLACE = new RegExp(
  [
    `gps(?:dest)?l(?:at|ong)itude${VALUE}`,
    `photoshop:(?:City|State|Country)${VALUE}`,
    `Iptc4xmpCore:(?:Location|CountryCode)${VALUE}`,
    `Iptc4xmpExt:(?:City|CountryCode|CountryName|LocationName|ProvinceState|Sublocation)${VALUE}`,
  ].join('|'),
  'i',
);
/** Datasets of IPTC IIM, record 2: city, sublocation, state, country code, country. */
const IPTC_PLACES = new Set([90, 92, 95, 100, 101]);
const IPTC_MARKER = 0x1c;

/**
 * Returns true if the file says where it was made or what place it shows: in EXIF, XMP or IPTC.
 * `inTiff`: the same of a TIFF's own table.
 */
export function hasLocation({ exif, xmp, iptc }: Metadata, inTiff: boolean): boolean {
  return (
    inTiff ||
    (exif !== undefined && readExif(exif).hasLocation) ||
    (xmp !== undefined && XMP_PLACE.test(xmp.toString('utf8'))) ||
    (iptc !== undefined && hasIptcPlace(iptc))
  );
}

function hasIptcPlace(iptc: Buffer): boolean {
  for (
    let at = iptc.indexOf(IPTC_MARKER);
    at !== -1 && at + 5 < iptc.length;
    at = iptc.indexOf(IPTC_MARKER, at + 1)
  )
    if (iptc[at + 1] === 2 && IPTC_PLACES.has(iptc[at + 2] ?? 0) && iptc.readUInt16BE(at + 3) > 0)
      return true;
  return false;
}
