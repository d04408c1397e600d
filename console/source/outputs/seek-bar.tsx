import { useEffect, useState } from 'preact/hooks';
import { clock } from '../format.ts';
import { type Tile, tileAt, tilesOf } from './storyboard.ts';
import { named, type Variant } from './variant.ts';

interface Position {
  /** Seconds. */
  time: number;
  length: number;
  buffered: number;
}

interface Props extends Position {
  variants: readonly Variant[];
  onSeek: (time: number) => void;
}

/**
 * Renders the seek bar of a video. Shows a preview frame for the position under the pointer or
 * selected by keyboard.
 */
export function SeekBar({ time, length, buffered, variants, onSeek }: Props) {
  const [pointed, setPointed] = useState<number>();
  const [keyed, setKeyed] = useState(false);
  const tiles = useTiles(named(variants, 'storyboard.vtt')?.url);
  const sprite = named(variants, 'storyboard.jpg')?.url;
  const shown = pointed ?? (keyed ? time : undefined);
  const step = length > 60 ? 5 : 1;
  const point = (event: PointerEvent) => {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    setPointed(length * Math.min(1, Math.max(0, (event.clientX - left) / width)));
  };
  const press = (event: KeyboardEvent) => {
    const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    setKeyed(event.key !== 'Tab' && event.key !== 'Escape');
    if (!way) return;
    event.preventDefault();
    onSeek(Math.min(length, Math.max(0, time + way * step)));
  };
  return (
    <div
      class="seek"
      onPointerMove={point}
      onPointerLeave={() => setPointed(undefined)}
      onPointerCancel={() => setPointed(undefined)}
    >
      <div
        class="seek-track"
        style={{ '--played': share(time, length), '--buffered': share(buffered, length) }}
      />
      <input
        type="range"
        min={0}
        max={length || 1}
        step={0.1}
        value={time}
        aria-label="Position"
        aria-valuetext={`${clock(time)} of ${clock(length)}`}
        onInput={(event) => onSeek(Number(event.currentTarget.value))}
        onKeyDown={press}
        onBlur={() => setKeyed(false)}
      />
      {shown !== undefined && length > 0 && (
        <div class="preview" style={{ '--at': share(shown, length) }} aria-hidden="true">
          <Picture tile={tileAt(tiles, shown)} sprite={sprite} />
          <span class="small numbers">{clock(shown)}</span>
        </div>
      )}
    </div>
  );
}

function Picture({ tile, sprite }: { tile: Tile | undefined; sprite: string | undefined }) {
  if (!tile || !sprite) return null;
  const { x, y, width, height } = tile;
  // Set as properties of the element, which the content security policy allows; it blocks style
  // attributes in markup.
  const style = {
    width: `${width}px`,
    height: `${height}px`,
    backgroundImage: `url("${sprite}")`,
    backgroundPosition: `-${x}px -${y}px`,
  };
  return <div class="preview-picture" style={style} />;
}

function useTiles(url: string | undefined): readonly Tile[] {
  const [tiles, setTiles] = useState<readonly Tile[]>([]);
  useEffect(() => {
    if (!url) return;
    const abort = new AbortController();
    fetch(url, { signal: abort.signal })
      .then(async (response) => setTiles(response.ok ? tilesOf(await response.text()) : []))
      // The seek bar works without previews.
      .catch(() => undefined);
    return () => abort.abort();
  }, [url]);
  return tiles;
}

const share = (part: number, whole: number) => `${whole > 0 ? (100 * part) / whole : 0}%`;
