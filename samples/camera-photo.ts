import sharp, { type Exif, type Sharp } from 'sharp';

/** Location of the sample photos, in EXIF's format; no output may contain it. */
const GPS = {
  GPSLatitudeRef: 'N',
  GPSLatitude: '52/1 31/1 1234/100',
  GPSLongitudeRef: 'E',
  GPSLongitude: '13/1 24/1 5678/100',
} as const;

/** Typical EXIF data of a camera. */
const CAMERA_EXIF: Exif = {
  IFD0: { Make: 'Sample Optics', Model: 'Reference 12', Software: 'firmware 1.0', Artist: 'A. Photographer' },
  IFD2: {
    ExposureTime: '1/250',
    FNumber: '28/10',
    ISOSpeedRatings: '200',
    FocalLength: '35/1',
    FocalLengthIn35mmFilm: '52',
    DateTimeOriginal: '2024:05:17 14:03:21',
    OffsetTimeOriginal: '+02:00',
    LensModel: 'Sample 35mm f/2.8',
  },
  IFD3: GPS,
};

/**
 * Sensor noise, as a fraction of the range: brings 12 megapixels to the 3 to 5 MB of camera JPEGs.
 */
const GRAIN = 0.1;

/**
 * Generates a landscape with the detail of a photo, so that encoders have as much work as with one:
 * fractal noise as hills and sky, and sensor noise. The pixels are always the same.
 */
export async function landscape(width: number, height: number): Promise<Sharp> {
  const terrain = await fractalNoise(width, height, 0.62);
  const pixels = new Uint8ClampedArray(width * height * 3);
  const grain = noise(width * height, 7);
  for (let y = 0; y < height; y++) {
    const fall = y / height;
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const value = (terrain[at] ?? 0) + ((grain[at] ?? 0) - 128) * GRAIN;
      const hill = fall * 255 > 70 + value * 0.35;
      const light = hill ? value * 0.8 + fall * 40 : 150 + fall * 60 + value * 0.15;
      pixels[at * 3] = hill ? light * 0.72 : light * 0.82;
      pixels[at * 3 + 1] = hill ? light * 0.85 : light * 0.93;
      pixels[at * 3 + 2] = hill ? light * 0.45 : light * 1.1;
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/**
 * Makes a 12-megapixel camera JPEG, stored sideways (EXIF orientation 6: upright it is 3024 ×
 * 4032), with the metadata that cameras add.
 */
export async function cameraPhoto(): Promise<Buffer> {
  const upright = await landscape(3024, 4032);
  return upright
    .rotate(270)
    .withMetadata({ orientation: 6 })
    .withExifMerge(CAMERA_EXIF)
    .withXmp(
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="52,31.2N"/></rdf:RDF></x:xmpmeta>`,
    )
    .jpeg({ quality: 92 })
    .toBuffer();
}

/**
 * Generates gray values: noise at every scale from a few blobs to single pixels, each finer layer
 * weaker by `decay`.
 */
async function fractalNoise(width: number, height: number, decay: number): Promise<Float32Array> {
  const sum = new Float32Array(width * height);
  let weight = 1 - decay;
  for (let cells = 4; cells <= width; cells *= 4, weight *= decay) {
    const rows = Math.max(2, Math.round((cells * height) / width));
    const layer = await sharp(noise(cells * rows, cells), {
      raw: { width: cells, height: rows, channels: 1 },
    })
      .resize(width, height, { fit: 'fill', kernel: 'cubic' })
      .toColorspace('b-w')
      .raw()
      .toBuffer();
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (layer[i] ?? 0) * weight;
  }
  return sum;
}

// Not `Math.imul` in the loop: inside Jest every global costs a lookup, 40 million times.
const { imul } = Math;

/** Generates bytes with a linear congruential generator, the same on every machine. */
function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
