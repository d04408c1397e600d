import { useEffect, useRef, useState } from 'preact/hooks';
import { playStream, type StreamLevel, type StreamPlayer } from './play-stream.ts';
import type { Variant } from './variant.ts';
import { VideoFrame } from './video-frame.tsx';

const AUTO = -1;

interface Props {
  /** Path of the master playlist in the API. */
  path: string;
  variants: readonly Variant[];
  onBroken: (why: string) => void;
}

export function Stream({ path, variants, onBroken }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const player = useRef<StreamPlayer>(undefined);
  const [renditions, setRenditions] = useState<StreamLevel[]>([]);
  const [wanted, setWanted] = useState(AUTO);
  const [playing, setPlaying] = useState<number>();
  useEffect(() => {
    let gone = false;
    const events = { onRenditions: setRenditions, onRendition: setPlaying, onBroken };
    const starting = playStream(video.current as HTMLVideoElement, path, events);
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
  }, [path]);
  const choose = (index: number) => {
    setWanted(index);
    player.current?.choose(index);
  };
  const shown = renditions.find(({ index }) => index === playing);
  return (
    <>
      <VideoFrame video={video} variants={variants} />
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
