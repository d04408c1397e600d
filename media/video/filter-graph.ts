import { framesOf } from './clip.ts';
import { toStandardColor } from './color.ts';
import { ratio } from './frame-rate.ts';
import { inputFilters } from './input-filters.ts';
import { overlayFilters } from './overlay.ts';
import { fraction, type VideoPlan } from './plan.ts';
import { slackOf } from './source/video-source.ts';

/** What of the frames of the outputs is encoded: all, unless it is one of several chunks. */
interface Piece {
  fromFrame: number;
  /** Exclusive; absent: to the end. */
  toFrame?: number | undefined;
  tiles: readonly number[];
}

export function inputOfWhole(plan: VideoPlan): string[] {
  const offset = gridOffset(plan) - plan.source.leadSeconds;
  return [
    // Outputs begin with their own tracks, whatever began before.
    ...(offset === 0 ? [] : ['-itsoffset', offset.toFixed(6)]),
    ...['-t', `${limitSeconds(plan)}`],
  ];
}

/** What is read of an upload at most, counted from its first frame. */
const limitSeconds = ({ source: { leadSeconds, durationSeconds, slackSeconds } }: VideoPlan) =>
  Math.ceil(leadSeconds + durationSeconds + slackSeconds) + 1;

/**
 * Returns by how many seconds everything begins later, or earlier (negative), so that a video that
 * begins after its sound has its frames where the constant rate has them: otherwise each would be
 * moved by up to half a frame, and the sound not. What sound precedes the first frame by less than a
 * frame is left out: it is the delay of an encoder. A clip begins with the frame that is nearest.
 */
export function gridOffset({ source, renditions, frameRate, audio }: VideoPlan): number {
  if (renditions.every(({ isCopy }) => isCopy)) return 0;
  const rate = ratio(frameRate);
  const frames = (source.videoScan.startSeconds - source.originSeconds) * rate;
  // Sound that is copied cannot be cut.
  const isDelay = frames >= 0 && frames < 1;
  const whole = audio === 'copy' ? Math.ceil(frames) : isDelay ? 0 : Math.round(frames);
  const offset = (whole - frames) / rate;
  // A clock of milliseconds, as Matroska's, is no more exact.
  return Math.abs(offset) < 0.001 ? 0 : offset;
}

/** Builds the filters that make the pictures of all renditions, `[v0]` and so on, and `[tiles]` of the storyboard. */
export function filterGraph(plan: VideoPlan, piece?: Piece): string {
  const { source, renditions, frameRate, storyboard, watermark } = plan;
  const { video } = source;
  const { tile, interval } = storyboard;
  const made = renditions.flatMap((rendition, i) =>
    // Smaller renditions are scaled from what has no watermark yet.
    rendition.isCopy ? [] : [{ ...rendition, label: watermark ? `[bare${i}]` : `[v${i}]` }],
  );
  // The input option `-t` would count from the frame to which a chunk seeks, a key frame long before it.
  const limit = piece ? `trim=end=${(gridOffset(plan) + limitSeconds(plan)).toFixed(6)},` : '';
  const input = `[0:${video.index}]${limit}${inputFilters(source)}`;
  const rate = `fps=${fraction(frameRate)}:start_time=0`;
  // If the audio is much longer, hold the last frame: players and HLS take a rendition's duration
  // from its video. In a clip, also that of a slide show, of which nobody knows how long it is.
  const held = source.clip ? Math.max(source.stillSeconds, slackOf(source.averageRate)) : source.stillSeconds;
  const goesOn = piece?.toFrame === undefined;
  const still = goesOn && held > 0 ? `,tpad=stop_mode=clone:stop_duration=${held.toFixed(3)}` : '';
  const cut = source.clip
    ? `,trim=end_frame=${framesOf(source, ratio(frameRate))}`
    : piece
      ? `,trim=start_pts=${piece.fromFrame}${goesOn ? '' : `:end_pts=${piece.toFrame}`}`
      : '';
  // One frame per tile, not yet a sprite: ffmpeg reports no progress before every output has its
  // first frame, and a sprite's comes last.
  const tiles = piece
    ? `select='${piece.tiles.map((frame) => `eq(pts,${frame})`).join('+') || '0'}',`
    : `select='isnan(prev_selected_t)+gte(t-prev_selected_t,${interval})',`;
  const chains = made.map((rendition, i) => {
    const scaled =
      i === 0
        ? `${input}${rate}${still}${cut},${toStandardColor(video, rendition)}`
        : `[next${i}]scale=${rendition.width}:${rendition.height}:flags=bicubic`;
    return `${scaled},split=2${rendition.label}[next${i + 1}]`;
  });
  const board =
    made.length > 0
      ? `[next${made.length}]${tiles}scale=${tile.width}:${tile.height}:flags=bicubic`
      : `${input}${tiles}${toStandardColor(video, tile)}`;
  return [...chains, ...overlayFilters(plan), `${board}[tiles]`].join(';');
}
