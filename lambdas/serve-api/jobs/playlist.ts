import { posix } from 'node:path';
import { inBatches } from '../../../base/in-batches.ts';
import type { Published, PublishedOutput } from './published-outputs.ts';

const PLAYLIST_TYPE = /^application\/(?:vnd\.apple\.mpegurl|x-mpegurl)$/i;
/** URI attribute of any tag: https://www.rfc-editor.org/rfc/rfc8216#section-4.2 */
const URI = /(?<=[:,]URI=")[^"]*(?=")/;

/**
 * Maps the files of a stream by their path under `…_hls/`: `master.m3u8`, `720p/index.m3u8`,
 * `720p/00000.m4s`.
 */
export function streamOf({ prefix, outputs }: Published): Map<string, PublishedOutput> {
  const folder = `${prefix}hls/`;
  return new Map(
    outputs
      .filter(({ key }) => key.startsWith(folder))
      .map((output) => [output.key.slice(folder.length), output]),
  );
}

export const isPlaylist = ({ contentType }: PublishedOutput) => PLAYLIST_TYPE.test(contentType);

/**
 * Replaces every media file in a playlist by its link. Other playlists keep their relative URIs: a
 * player resolves them against this route and requests them with its own token. A URI that is not
 * part of the stream is left as it is and gets no link.
 */
export async function withLinks(
  playlist: { name: string; text: string },
  stream: ReadonlyMap<string, PublishedOutput>,
  link: (key: string, versionId?: string) => Promise<string>,
): Promise<string> {
  const folder = posix.dirname(playlist.name);
  const addressOf = async (uri: string) => {
    const output = stream.get(posix.join(folder, uri));
    return output && !isPlaylist(output) ? link(output.key, output.versionId) : uri;
  };
  const lines = playlist.text.split(/\r?\n/);
  // In batches: thousands of signatures at once would mean as many pending promises for the garbage
  // collector.
  const linked = await inBatches(lines, 100, async (line) => {
    if (line === '' || /^#(?!EXT)/.test(line)) return line;
    if (!line.startsWith('#')) return addressOf(line);
    const [uri] = URI.exec(line) ?? [];
    if (uri === undefined) return line;
    const address = await addressOf(uri);
    return line.replace(URI, () => address);
  });
  return linked.join('\n');
}
