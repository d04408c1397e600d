import { useRef, useState } from 'preact/hooks';
import { bytes, clock } from '../format.ts';
import { Icon } from '../parts/icon.tsx';
import { inRole, named, type Variant } from './variant.ts';
import { Waveform } from './waveform.tsx';

export function AudioOutputs({ variants }: { variants: readonly Variant[] }) {
  const files = inRole(variants, 'rendition');
  const [chosen, setChosen] = useState(files[0]);
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [time, setTime] = useState(0);
  const [length, setLength] = useState(Number(chosen?.durationSeconds ?? 0));
  const peaks = named(variants, 'waveform.json');
  const toggle = () => {
    if (audio.current?.paused) void audio.current.play();
    else audio.current?.pause();
  };
  const seek = (share: number) => {
    if (audio.current) audio.current.currentTime = share * (audio.current.duration || 0);
  };
  if (!chosen) return null;
  return (
    <div class="player audio">
      {/* biome-ignore lint/a11y/useMediaCaption: uploads come without captions. */}
      <audio
        key={chosen.key}
        ref={audio}
        src={chosen.url}
        preload="metadata"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onTimeUpdate={(event) => setTime(event.currentTarget.currentTime)}
        onLoadedMetadata={(event) => setLength(event.currentTarget.duration)}
      />
      <div class="audio-row">
        <button type="button" class="round" onClick={toggle} aria-label={playing ? 'Pause' : 'Play'}>
          <Icon name={playing ? 'pause' : 'play'} size={22} />
        </button>
        {peaks ? (
          <Waveform url={peaks.url} time={time} length={length} onSeek={seek} />
        ) : (
          <progress max={length} value={time} aria-label="Position" />
        )}
        <span class="small numbers audio-time">
          {clock(time)} / {clock(length)}
        </span>
      </div>
      <fieldset class="choice-row">
        <legend class="small muted">Format</legend>
        {files.map((file) => (
          <button
            key={file.key}
            type="button"
            class="chip"
            aria-pressed={chosen.key === file.key}
            onClick={() => setChosen(file)}
          >
            {file.label} <span class="muted numbers">{bytes(file.size)}</span>
          </button>
        ))}
      </fieldset>
    </div>
  );
}
