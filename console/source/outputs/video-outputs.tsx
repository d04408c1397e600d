import { useRef, useState } from 'preact/hooks';
import { bytes } from '../format.ts';
import { Notice } from '../parts/notice.tsx';
import { Stream } from './stream.tsx';
import { inRole, sizeOf, type Variant } from './variant.ts';
import { VideoFrame } from './video-frame.tsx';

/**
 * Renders the HLS stream with its renditions, or the MP4 files if there is no stream or it does not
 * play.
 */
export function VideoOutputs({
  stream,
  variants,
}: {
  /** Path of the stream's master playlist in the API. */
  stream: string | undefined;
  variants: readonly Variant[];
}) {
  const files = inRole(variants, 'rendition').sort((a, b) => b.size - a.size);
  const [broken, setBroken] = useState<string>();
  const [file, setFile] = useState<Variant>();
  const chosen = file ?? (!stream || broken ? files[0] : undefined);
  return (
    <div class="player">
      {chosen ? (
        <File key={chosen.key} file={chosen} variants={variants} />
      ) : (
        stream && <Stream path={stream} variants={variants} onBroken={setBroken} />
      )}
      {broken && (
        <Notice tone="warn" title="The stream cannot be played here">
          {broken} {files.length > 0 && 'Playing the MP4 file instead.'}
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
              {one.label}
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

function File({ file, variants }: { file: Variant; variants: readonly Variant[] }) {
  const video = useRef<HTMLVideoElement>(null);
  return <VideoFrame video={video} src={file.url} variants={variants} />;
}
