import { useEffect, useRef, useState } from 'preact/hooks';
import type { JobSummary } from '../../../contract/job-api.ts';
import type { Thumbnail } from '../../../contract/thumbnail-api.ts';
import { getThumbnail } from '../api/client.ts';
import { fileName } from '../format.ts';
import { kindIcon } from '../kind.ts';
import { Icon } from '../parts/icon.tsx';
import { callerName } from '../session/session.ts';
import { watchSight } from './in-sight.ts';
import { thumbnailLoader } from './thumbnails.ts';

/** Enough to fill a screen quickly, and few enough to leave connections for everything else. */
const REQUESTS = 4;
const wantThumbnail = thumbnailLoader(getThumbnail, REQUESTS);

/**
 * Renders the thumbnail of a job, loaded when the box comes into sight; the icon of its kind before
 * that, and if there is no picture. The box has the size of its place, so that nothing moves.
 */
export function JobPicture({ job, iconSize }: { job: JobSummary; iconSize: number }) {
  const { jobId, kind, key, status, updatedAt } = job;
  const box = useRef<HTMLSpanElement>(null);
  const [thumbnail, setThumbnail] = useState<Thumbnail>();
  const [broken, setBroken] = useState<string>();
  useEffect(() => {
    if (!box.current || status !== 'COMPLETED') return;
    let drop: (() => void) | undefined;
    const stop = watchSight(box.current, (isInSight) => {
      drop?.();
      drop = isInSight ? wantThumbnail(callerName(), { jobId, updatedAt }, show) : undefined;
    });
    const show = (answer: Thumbnail | undefined) => {
      setThumbnail(answer);
      if (answer) stop();
    };
    return () => {
      stop();
      drop?.();
      setThumbnail(undefined);
    };
  }, [jobId, updatedAt, status]);
  return (
    <span class="job-picture" ref={box}>
      {thumbnail && thumbnail.url !== broken ? (
        <img
          src={thumbnail.url}
          width={thumbnail.width}
          height={thumbnail.height}
          alt={`Preview of ${fileName(key)}`}
          loading="lazy"
          decoding="async"
          onError={() => setBroken(thumbnail.url)}
        />
      ) : (
        <Icon name={kindIcon(kind)} size={iconSize} />
      )}
    </span>
  );
}
