import type Hls from 'hls.js';
import { apiAddress } from '../api/client.ts';
import { authorization, expired } from '../session/session.ts';

export interface StreamLevel {
  index: number;
  /** `1280 × 720 · 2.8 Mbit/s` */
  label: string;
}

export interface StreamPlayer {
  /** -1: the player decides by what the connection carries. */
  choose: (index: number) => void;
  stop: () => void;
}

interface Events {
  onRenditions: (renditions: StreamLevel[]) => void;
  onRendition: (index: number) => void;
  onBroken: (why: string) => void;
}

const AUTO = -1;
/** Milliseconds. Links live for hours: who needs new ones sooner than this has another trouble. */
const RENEWED_AT_MOST = 300_000;

/**
 * Plays an HLS stream with hls.js, which is loaded only now. Playlists come from the API, which wants to know who asks; the segments that
 * they link to come from S3, which wants nothing but the link. `path`: of the master playlist in the API. Throws where the browser cannot.
 */
export async function playStream(
  video: HTMLVideoElement,
  path: string,
  events: Events,
): Promise<StreamPlayer> {
  const { default: Player } = await import('hls.js/light');
  // Safari's own HLS would ask for playlists without the header that says who asks.
  if (!Player.isSupported()) throw new Error('This browser lacks Media Source Extensions.');
  let wanted = AUTO;
  let renewed = Number.NEGATIVE_INFINITY;

  const open = (startPosition: number, playing: boolean): Hls => {
    let loaded = 0;
    // Without a worker the policy needs no blob: scripts; CMAF segments are hardly repacked.
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
      // hls.js would try the other renditions again and again; what is not handed out now will not be handed out then.
      const refused = code === 401 || code === 403 || code === 404;
      if (!fatal && !(type === Player.ErrorTypes.NETWORK_ERROR && refused)) return;
      const { currentTime, paused } = video;
      player.destroy();
      // Links end, and sooner than they say where S3 no longer knows who signed them: the playlist has new ones.
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
  if (code) return `A ${part} was answered with ${code}.`;
  return `The player gave up: ${details}.`;
}

/** hls.js waits for this before each request. */
async function identifyToApi(request: XMLHttpRequest, url: string): Promise<void> {
  if (!url.startsWith(apiAddress('/'))) return;
  const headers = await authorization();
  if (request.readyState === XMLHttpRequest.UNSENT) request.open('GET', url);
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
}
