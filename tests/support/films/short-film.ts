import { clipStudio, H264 } from '../clips.ts';

/** Settings under which a short film is split: into three chunks, and its sound. */
export const SPLIT_SHORT_FILMS = { CHUNK_ABOVE_SECONDS: '10', CHUNK_SECONDS: '6' };
export const SHORT_FILM_CHUNKS = 4;

export async function shortFilm(): Promise<Buffer> {
  const studio = await clipStudio();
  try {
    await studio.make('film.mp4', ['testsrc2=s=320x180:r=25:d=19', 'sine=d=19'], ...H264, '-g', '50');
    return await studio.read('film.mp4');
  } finally {
    await studio.remove();
  }
}
