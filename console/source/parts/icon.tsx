import type { JSX } from 'preact';
import type { JobStatus, KINDS, MediaKind } from '../../../contract/lists.ts';

type KindIcon = (typeof KINDS)[MediaKind]['icon'];

const SHAPES = {
  PROCESSING: <path d="M8 2.5a5.5 5.5 0 1 1-5.5 5.5" />,
  COMPLETED: <path d="M3.5 8.5 6.6 11.5 12.5 4.8" />,
  REJECTED: <path d="M8 4v5M8 11.6v.1" />,
  FAILED: <path d="m4.5 4.5 7 7m0-7-7 7" />,
  CANCELLED: <path d="M4 8h8" />,
  picture: <path d="M2.5 3.5h11v9h-11zM3 11l3-3 2.5 2.5L10.5 8.5l2.5 2.5M10.7 6h.1" />,
  film: <path d="M2.5 4h7.5v8H2.5zM10 7l3.5-2v6L10 9" />,
  wave: <path d="M2.5 7v2M5.25 4.5v7M8 2.5v11M10.75 5v6M13.5 7v2" />,
  page: <path d="M4 2.5h5l3 3v8H4zM9 2.5v3h3M6 8.5h4M6 11h4" />,
  unknown: <path d="M4 2.5h5l3 3v8H4zM9 2.5v3h3" />,
  upload: <path d="M8 10.5v-8M4.8 5.5 8 2.3l3.2 3.2M2.5 10.5v3h11v-3" />,
  download: <path d="M8 2.5v8M4.8 7.5 8 10.7l3.2-3.2M2.5 11v2.5h11V11" />,
  play: <path d="M5 3.5v9l7-4.5z" fill="currentColor" />,
  pause: <path d="M5.5 3.5v9M10.5 3.5v9" />,
  sound: <path d="M2.5 6v4h2.5l3.5 3V3L5 6zM11 5.8a3 3 0 0 1 0 4.4M12.8 4a5.6 5.6 0 0 1 0 8" />,
  muted: <path d="M2.5 6v4h2.5l3.5 3V3L5 6zM11 6.2l3.6 3.6M14.6 6.2 11 9.8" />,
  expand: <path d="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10" />,
  link: <path d="M6.5 3.5h-3v9h9v-3M9 2.5h4.5V7M13 3 7.5 8.5" />,
} as const satisfies Record<string, JSX.Element> & Record<JobStatus | KindIcon, JSX.Element>;

export type IconName = keyof typeof SHAPES;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {SHAPES[name]}
    </svg>
  );
}
