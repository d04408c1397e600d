import { useEffect, useState } from 'preact/hooks';
import { clock } from '../format.ts';

const BARS = 240;
const STEP_SECONDS = 5;

/** Peaks in audiowaveform's JSON format: minimum and maximum sample of each group, in `bits`. */
interface Peaks {
  bits: number;
  data: number[];
}

/** Renders a waveform that is also a seek bar: click, drag or use the arrow keys. */
export function Waveform({
  url,
  time,
  length,
  onSeek,
}: {
  url: string;
  time: number;
  length: number;
  onSeek: (share: number) => void;
}) {
  const bars = useBars(url);
  const played = length > 0 ? time / length : 0;
  const path = bars.map((height, i) => `M${i * 4 + 2} ${50 - height * 46 - 1}v${height * 92 + 2}`).join('');
  return (
    <div class="waveform">
      <svg viewBox={`0 0 ${BARS * 4} 100`} preserveAspectRatio="none" aria-hidden="true">
        <clipPath id="played">
          <rect width={BARS * 4 * played} height="100" />
        </clipPath>
        <path class="bars" d={path} />
        <path class="bars played" d={path} clip-path="url(#played)" />
      </svg>
      <input
        type="range"
        min={0}
        max={length || 1}
        step={length > 60 ? STEP_SECONDS : 0.1}
        value={time}
        aria-label="Position"
        aria-valuetext={`${clock(time)} of ${clock(length)}`}
        onInput={(event) => onSeek(Number(event.currentTarget.value) / (length || 1))}
      />
    </div>
  );
}

function useBars(url: string): number[] {
  const [bars, setBars] = useState<number[]>([]);
  useEffect(() => {
    const abort = new AbortController();
    fetch(url, { signal: abort.signal })
      .then((response) => response.json() as Promise<Peaks>)
      .then((peaks) => setBars(barsOf(peaks)))
      // The player works without the waveform.
      .catch(() => undefined);
    return () => abort.abort();
  }, [url]);
  return bars;
}

/**
 * Returns bar heights from 0 to 1, normalized to the loudest, so that a quiet recording has a
 * visible shape too.
 */
function barsOf({ bits, data }: Peaks): number[] {
  const full = 2 ** (bits - 1);
  const pairs = data.length / 2;
  const peaks = Array.from({ length: Math.min(BARS, pairs) }, (_, i) => {
    const from = Math.floor((i * pairs) / BARS);
    const to = Math.max(from + 1, Math.floor(((i + 1) * pairs) / BARS));
    let peak = 0;
    for (let at = from * 2; at < to * 2; at++) peak = Math.max(peak, Math.abs(data[at] ?? 0));
    return peak / full;
  });
  const loudest = Math.max(...peaks, 0.02);
  return peaks.map((peak) => Math.min(1, peak / loudest));
}
