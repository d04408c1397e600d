import type { RefObject } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { clock } from '../format.ts';
import { Icon } from '../parts/icon.tsx';
import { SeekBar } from './seek-bar.tsx';
import { named, type Variant } from './variant.ts';

const IDLE = { time: 0, length: 0, buffered: 0, playing: false, muted: false };

/** Renders a video with custom controls: the browser's own cannot show storyboard previews. */
export function VideoFrame({
  video,
  src,
  variants,
}: {
  video: RefObject<HTMLVideoElement | null>;
  /** Absent if hls.js feeds the element. */
  src?: string | undefined;
  variants: readonly Variant[];
}) {
  const frame = useRef<HTMLDivElement>(null);
  const [state, setState] = useState(IDLE);
  const { time, length, buffered, playing, muted } = state;
  const look = () => {
    const element = video.current;
    if (element) setState(stateOf(element));
  };
  const toggle = () => {
    if (video.current?.paused) void video.current.play().catch(look);
    else video.current?.pause();
  };
  const seek = (to: number) => {
    if (!video.current) return;
    video.current.currentTime = to;
    look();
  };
  const mute = () => {
    if (video.current) video.current.muted = !muted;
  };
  return (
    <div class="video-frame" ref={frame}>
      {/* biome-ignore lint/a11y/useMediaCaption: uploads come without captions. */}
      <video
        ref={video}
        src={src}
        poster={named(variants, 'poster.jpg')?.url}
        playsInline
        preload="metadata"
        onClick={toggle}
        onPlay={look}
        onPause={look}
        onTimeUpdate={look}
        onSeeking={look}
        onProgress={look}
        onDurationChange={look}
        onVolumeChange={look}
      />
      <div class="video-controls">
        <button type="button" class="control" onClick={toggle} aria-label={playing ? 'Pause' : 'Play'}>
          <Icon name={playing ? 'pause' : 'play'} size={20} />
        </button>
        <SeekBar time={time} length={length} buffered={buffered} variants={variants} onSeek={seek} />
        <span class="small numbers">
          {clock(time)} / {clock(length)}
        </span>
        <button type="button" class="control" onClick={mute} aria-label="Mute" aria-pressed={muted}>
          <Icon name={muted ? 'muted' : 'sound'} size={20} />
        </button>
        <button
          type="button"
          class="control"
          onClick={() => toggleFullscreen(frame.current, video.current)}
          aria-label="Full screen"
        >
          <Icon name="expand" size={20} />
        </button>
      </div>
    </div>
  );
}

function stateOf({ currentTime, duration, buffered, paused, muted }: HTMLVideoElement): typeof IDLE {
  const length = Number.isFinite(duration) ? duration : 0;
  const ends = Array.from(
    { length: buffered.length },
    (_, i) => [buffered.start(i), buffered.end(i)] as const,
  );
  const around = ends.find(([start, end]) => start <= currentTime && currentTime <= end);
  return { time: currentTime, length, buffered: around?.[1] ?? currentTime, playing: !paused, muted };
}

/**
 * Toggles full screen. On iPhone only the video element itself can go full screen, with the
 * system's controls.
 */
function toggleFullscreen(frame: HTMLElement | null, video: HTMLVideoElement | null): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else if (frame?.requestFullscreen) void frame.requestFullscreen().catch(() => undefined);
  else
    (video as (HTMLVideoElement & { webkitEnterFullscreen?: () => void }) | null)?.webkitEnterFullscreen?.();
}
