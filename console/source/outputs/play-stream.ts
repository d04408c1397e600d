import type Hls from 'hls.js';
import { apiAddress } from '../api/client.ts';
import { authorization, expired } from '../session/session.ts';

export interface StreamLevel {
  index: number;
  /** Label such as `1280 × 720 · 2.8 Mbit/s`. */
  label: string;
}

export interface StreamPlayer {
  /** Selects a rendition; -1 lets the player choose by bandwidth. */
  choose: (index: number) => void;
  stop: () => void;
}

interface Events {
  onRenditions: (renditions: StreamLevel[]) => void;
  onRendition: (index: number) => void;
  onBroken: (why: string) => void;
}

const AUTO = -1;
/**
 * Minimum time between reloads of the playlist, in milliseconds. Links are valid for hours: if new
 * ones fail sooner, the cause is something else.
 */
const RENEWED_AT_MOST = 300_000;

/**
 * Plays an HLS stream with hls.js, which is loaded on demand. Playlists come from the API, which
 * requires authorization; segments come from S3 through presigned URLs and must be requested
 * without it. `path` is the path of the master playlist in the API. Throws if the browser does not
 * support it.
 */
export async function playStream(
  video: HTMLVideoElement,
  path: string,
  events: Events,
): Promise<StreamPlayer> {
  const { default: Player } = await import('hls.js/light');
  // Safari's native HLS would request playlists without the Authorization header.
  if (!Player.isSupported()) throw new Error('This browser does not support Media Source Extensions.');
  let wanted = AUTO;
  let renewed = Number.NEGATIVE_INFINITY;

  const open = (startPosition: number, playing: boolean): Hls => {
    let loaded = 0;
    // Without a worker, the content security policy needs no blob: scripts; CMAF segments need
    // hardly any remuxing.
    const options = { enableWorker: false, capLevelToPlayerSize: true, xhrSetup: identifyToApi };
    const player = new Player({ ...options, startPosition });
    player.on(Player.Events.MANIFEST_PARSED, (_event, { levels }) => {
      const renditions = levels.map(({ width, height, bitrate }, index) => ({
        index,
        label: `${width} × ${height} · ${(bitrate / 1e6).toFixed(1)} Mbit/s`,
      }));
      events.onRenditions(renditions);
      if (wanted !== AUTO) player.loadLevel = wanted;
      if (playing) void video.play().catch(() => undefined);
    });
    player.on(Player.Events.FRAG_LOADED, () => loaded++);
    player.on(Player.Events.LEVEL_SWITCHED, (_event, { level }) => events.onRendition(level));
    player.on(Player.Events.ERROR, (_event, { type, fatal, details, response, frag }) => {
      const { code } = response ?? {};
      if (code === 401) expired();
      // hls.js would keep retrying the other renditions, which will be refused as well.
      const refused = code === 401 || code === 403 || code === 404;
      if (!fatal && !(type === Player.ErrorTypes.NETWORK_ERROR && refused)) return;
      const { currentTime, paused } = video;
      player.destroy();
      // Links expire, and earlier than stated if the credentials that signed them expire. The
      // reloaded playlist has new ones.
      if (frag && code === 403 && loaded > 0 && performance.now() - renewed > RENEWED_AT_MOST) {
        renewed = performance.now();
        current = open(currentTime, !paused);
      } else events.onBroken(reasonOf({ details, code, part: frag ? 'segment' : 'playlist' }));
    });
    player.loadSource(apiAddress(path));
    player.attachMedia(video);
    return player;
  };

  let current = open(AUTO, false);
  return {
    choose(index) {
      wanted = index;
      current.currentLevel = index;
    },
    stop: () => current.destroy(),
  };
}

function reasonOf({
  details,
  code,
  part,
}: {
  details: string;
  code: number | undefined;
  part: string;
}): string {
  if (code) return `The server returned ${code} for a ${part}.`;
  return `The player stopped: ${details}.`;
}

/** Adds authorization to requests to the API. hls.js awaits this before each request. */
async function identifyToApi(request: XMLHttpRequest, url: string): Promise<void> {
  if (!url.startsWith(apiAddress('/'))) return;
  const headers = await authorization();
  if (request.readyState === XMLHttpRequest.UNSENT) request.open('GET', url);
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
}
