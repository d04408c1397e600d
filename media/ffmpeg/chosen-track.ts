import { MediaError } from '../../base/errors.ts';
import type { Track } from './media-probe.ts';

/** Returns the default track, otherwise the first; only one that can be decoded. */
export function decodableTrack<T extends Track>(tracks: readonly T[]): T | undefined {
  const decodable = tracks.filter((track) => track.isDecodable);
  return decodable.find((track) => track.isDefault) ?? decodable[0];
}

/** Same, or throws `UnsupportedMediaType`, which says what the file has instead. */
export function chosenTrack<T extends Track>(tracks: readonly T[], wanted: string): T {
  const track = decodableTrack(tracks);
  if (track) return track;
  throw new MediaError(
    'UnsupportedMediaType',
    tracks.length > 0
      ? `Expected ${wanted} in a supported codec, got ${codecsOf(tracks)}.`
      : `Expected ${wanted}, got none.`,
  );
}

/** Names the codecs of tracks for a message: `ra_144`, or `an unknown one`. */
export function codecsOf(tracks: readonly Track[]): string {
  const names = new Set(
    tracks.map(({ codec }) => (/^(unknown|none)$/.test(codec) ? 'an unknown one' : codec)),
  );
  return [...names].join(', ');
}
