import { useEffect, useRef, useState } from 'preact/hooks';
import { bytes } from '../format.ts';
import { Notice } from '../parts/notice.tsx';
import { playStream, type Rendition, type StreamPlayer } from './play-stream.ts';
import { named, sizeOf, type Variant } from './variant.ts';

const AUTO = -1;

/** The stream with its renditions; the whole files where there is no stream, or where it does not play. */
export function VideoOutputs({ variants }: { variants: readonly Variant[] }) {
  const files = variants
    .filter(({ name, url }) => /^\d+p\.mp4$/.test(name) && url)
    .sort((a, b) => b.size - a.size);
  const stream = named(variants, 'hls/master.m3u8');
  const poster = named(variants, 'poster.jpg')?.url;
  const [broken, setBroken] = useState<string>();
  const [file, setFile] = useState<Variant>();
  const chosen = file ?? (!stream || broken ? files[0] : undefined);
  return (
    <div class="player">
      {chosen ? (
        // biome-ignore lint/a11y/useMediaCaption: uploads come without captions; the video's own sound is all there is.
        <video key={chosen.key} src={chosen.url} poster={poster} controls playsInline preload="metadata" />
      ) : (
        stream && <Stream stream={stream} variants={variants} poster={poster} onBroken={setBroken} />
      )}
      {broken && (
        <Notice tone="warn" title="The stream does not play here">
          {broken} {files.length > 0 && 'The whole file is shown instead.'}
        </Notice>
      )}
      <div class="player-bar">
        <fieldset class="choice-row">
          <legend class="small muted">Play</legend>
          {stream && !broken && (
            <button type="button" class="chip" aria-pressed={!chosen} onClick={() => setFile(undefined)}>
              HLS stream
            </button>
          )}
          {files.map((one) => (
            <button
              key={one.key}
              type="button"
              class="chip"
              aria-pressed={chosen?.key === one.key}
              onClick={() => setFile(one)}
            >
              {one.name.replace('.mp4', '')} MP4
              <span class="muted numbers">
                {' '}
                {sizeOf(one)} · {bytes(one.size)}
              </span>
            </button>
          ))}
        </fieldset>
      </div>
    </div>
  );
}

interface StreamProps {
  stream: Variant;
  variants: readonly Variant[];
  poster: string | undefined;
  onBroken: (why: string) => void;
}

function Stream({ stream, variants, poster, onBroken }: StreamProps) {
  const video = useRef<HTMLVideoElement>(null);
  const player = useRef<StreamPlayer>(undefined);
  const [renditions, setRenditions] = useState<Rendition[]>([]);
  const [wanted, setWanted] = useState(AUTO);
  const [playing, setPlaying] = useState<number>();
  useEffect(() => {
    let gone = false;
    const events = { onRenditions: setRenditions, onRendition: setPlaying, onBroken };
    const starting = playStream(video.current as HTMLVideoElement, stream.url ?? '', variants, events);
    starting.then(
      (started) => {
        if (gone) started.stop();
        else player.current = started;
      },
      (error: Error) => onBroken(error.message),
    );
    return () => {
      gone = true;
      player.current?.stop();
    };
  }, [stream.key]);
  const choose = (index: number) => {
    setWanted(index);
    player.current?.choose(index);
  };
  const shown = renditions.find(({ index }) => index === playing);
  return (
    <>
      {/* biome-ignore lint/a11y/useMediaCaption: uploads come without captions; the video's own sound is all there is. */}
      <video ref={video} poster={poster} controls playsInline />
      {renditions.length > 0 && (
        <div class="player-bar">
          <label>
            Rendition{' '}
            <select value={wanted} onChange={(event) => choose(Number(event.currentTarget.value))}>
              <option value={AUTO}>Automatic</option>
              {renditions.map(({ index, label }) => (
                <option key={index} value={index}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          {shown && <span class="small muted numbers">playing {shown.label}</span>}
        </div>
      )}
    </>
  );
}
