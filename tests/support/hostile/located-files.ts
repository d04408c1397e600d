import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { landscape } from '../../../samples/camera-photo.ts';
import { writePdf } from '../../../samples/write-pdf.ts';
import { image, PICTURE_PAGE } from '../../unit/media/document/setup.ts';
import type { ClipStudio } from '../clips.ts';
import type { Random } from '../random.ts';

/** A place as the formats write it. */
export interface Place {
  latitude: string;
  longitude: string;
  /** ISO 6709, as in QuickTime. */
  iso6709: string;
}

export interface LocatedFile {
  label: string;
  engine: 'image' | 'video' | 'audio' | 'document';
  make: (studio: ClipStudio, place: Place) => Promise<Buffer>;
}

/** A place of eight digits each, which nothing else in a file contains by chance. */
export function placeOf(random: Random): Place {
  const digits = () => String(100_000 + random.below(899_999));
  const latitude = `${10 + random.below(79)}.${digits()}`;
  const longitude = `${100 + random.below(79)}.${digits()}`;
  return { latitude, longitude, iso6709: `+${latitude}+${longitude}/` };
}

function exifOf({ latitude, longitude }: Place) {
  const rational = (degrees: string) => `${degrees.replace('.', '')}/1000000 0/1 0/1`;
  return {
    IFD0: { Make: 'Sample Optics' },
    IFD3: {
      ...{ GPSLatitudeRef: 'N', GPSLatitude: rational(latitude) },
      ...{ GPSLongitudeRef: 'E', GPSLongitude: rational(longitude) },
    },
  };
}

const xmpOf = ({ latitude, longitude }: Place) =>
  `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="${latitude}N" exif:GPSLongitude="${longitude}E"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

const photo = async (place: Place) =>
  sharp(await (await landscape(240, 160)).png().toBuffer())
    .withExif(exifOf(place))
    .withXmp(xmpOf(place));

const located = (label: string, engine: LocatedFile['engine'], make: LocatedFile['make']): LocatedFile => ({
  ...{ label, engine, make },
});
const still = (label: string, encode: (photo: Sharp) => Sharp) =>
  located(label, 'image', async (_studio, place) => encode(await photo(place)).toBuffer());

const PICTURE = 'testsrc2=s=128x72:r=25:d=1';
const SOUND = 'sine=d=1';
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const ALL_TAGS = ['-movflags', 'use_metadata_tags'];

function tagged(
  label: string,
  engine: 'video' | 'audio',
  extension: string,
  args: readonly string[],
): LocatedFile {
  const sources = engine === 'video' ? [PICTURE, SOUND] : [SOUND];
  return located(label, engine, async (studio, { latitude, longitude, iso6709 }) => {
    const names = [
      'location',
      'location-eng',
      'com.apple.quicktime.location.ISO6709',
      'GPSCoordinates',
      'comment',
    ];
    const tags = [...names.slice(0, -1).map((name) => `${name}=${iso6709}`), `geo=${latitude},${longitude}`];
    const metadata = tags.flatMap((tag) => ['-metadata', tag, '-metadata:s:0', tag]);
    return readFile(await studio.make(`located.${extension}`, sources, ...args, ...metadata));
  });
}

/** Files that say where they were made, in each way that formats have for it. */
export const LOCATED: readonly LocatedFile[] = [
  still('JPEG with EXIF and XMP', (picture) => picture.jpeg()),
  still('PNG with EXIF and XMP', (picture) => picture.png()),
  still('WebP with EXIF and XMP', (picture) => picture.webp()),
  still('TIFF with EXIF and XMP', (picture) => picture.tiff()),
  still('AVIF with EXIF and XMP', (picture) => picture.avif({ effort: 0 })),
  tagged('MP4', 'video', 'mp4', H264),
  tagged('MP4 with keys', 'video', 'mp4', [...H264, ...ALL_TAGS]),
  tagged('QuickTime with keys', 'video', 'mov', [...H264, ...ALL_TAGS]),
  tagged('Matroska', 'video', 'mkv', H264),
  tagged('3GP', 'video', '3gp', [...H264, '-c:a', 'aac']),
  tagged('MP3 with ID3', 'audio', 'mp3', []),
  tagged('M4A', 'audio', 'm4a', ALL_TAGS),
  tagged('FLAC', 'audio', 'flac', []),
  tagged('Ogg', 'audio', 'opus', []),
  located('PDF of a photo, with XMP', 'document', async (_studio, place) =>
    writePdf({
      pages: [PICTURE_PAGE],
      catalog: '/Metadata @xmp',
      objects: {
        picture: image(await (await photo(place)).jpeg().toBuffer(), { width: 240, height: 160 }),
        xmp: { dict: '/Type /Metadata /Subtype /XML', stream: Buffer.from(xmpOf(place)) },
      },
    }),
  ),
];
