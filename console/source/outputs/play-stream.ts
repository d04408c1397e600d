import type { LoaderContext } from 'hls.js';
import type { Variant } from './variant.ts';

export interface Rendition {
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
  onRenditions: (renditions: Rendition[]) => void;
  onRendition: (index: number) => void;
  onBroken: (why: string) => void;
}

/** Plays an HLS stream with hls.js, which is loaded only now. A browser that plays HLS by itself (Safari) is left alone. */
export async function playStream(
  video: HTMLVideoElement,
  url: string,
  variants: readonly Variant[],
  events: Events,
): Promise<StreamPlayer> {
  const { default: Hls } = await import('hls.js/light');
  if (!Hls.isSupported()) {
    if (!video.canPlayType('application/vnd.apple.mpegurl')) throw new Error('This browser plays no HLS.');
    video.src = url;
    return { choose: () => undefined, stop: () => video.removeAttribute('src') };
  }
  const sign = signer(variants);
  class SigningLoader extends Hls.DefaultConfig.loader {
    override load(context: LoaderContext, ...rest: [never, never]): void {
      super.load({ ...context, url: sign(context.url) }, ...rest);
    }
  }
  // Without a worker the policy needs no blob: scripts; CMAF segments are hardly repacked.
  const hls = new Hls({ enableWorker: false, capLevelToPlayerSize: true, loader: SigningLoader });
  hls.on(Hls.Events.MANIFEST_PARSED, (_event, { levels }) => {
    const renditions = levels.map(({ width, height, bitrate }, index) => ({
      index,
      label: `${width} × ${height} · ${(bitrate / 1e6).toFixed(1)} Mbit/s`,
    }));
    events.onRenditions(renditions);
  });
  hls.on(Hls.Events.LEVEL_SWITCHED, (_event, { level }) => events.onRendition(level));
  hls.on(Hls.Events.ERROR, (_event, { fatal, details, response }) => {
    // hls.js would try the other renditions again and again; what S3 does not hand out it will not hand out then.
    const refused = response?.code === 403 || response?.code === 404;
    if (!fatal && !refused) return;
    hls.destroy();
    events.onBroken(`It ended with ${details}${response ? ` (${response.code})` : ''}.`);
  });
  hls.loadSource(url);
  hls.attachMedia(video);
  return {
    choose(index) {
      hls.currentLevel = index;
    },
    stop: () => hls.destroy(),
  };
}

/** Playlists name their files relative to themselves; a private bucket wants each with its own signed link. */
function signer(variants: readonly Variant[]): (url: string) => string {
  const signed = new Map(variants.flatMap(({ url }) => (url ? [[new URL(url).pathname, url] as const] : [])));
  return (url) => signed.get(new URL(url).pathname) ?? url;
}
