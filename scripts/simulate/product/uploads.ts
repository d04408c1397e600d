import { uploadEvent } from '../../../core/uploads/upload-event.ts';

/** What admission finds out of an upload of each kind, and sees: its name, and its first bytes. */
export const KINDS_OF_UPLOAD = {
  video: {
    type: { kind: 'VIDEO' },
    file: 'clip.mp4',
    head: bytes('\0\0\0\u0020ftypisom\0\0\u0002\0isomiso2avc1mp41'),
    setting: 'MAX_CONCURRENT_VIDEO_TASKS',
  },
  audio: {
    type: { kind: 'AUDIO' },
    file: 'song.flac',
    head: bytes('fLaC\0\0\0\u0022'),
    setting: 'MAX_CONCURRENT_AUDIO_TASKS',
  },
  // RTF: archives are inflated by streams, which do not live in virtual time.
  office: {
    type: { kind: 'DOCUMENT', convert: true },
    file: 'letter.rtf',
    head: bytes('{\\rtf1\\ansi Hello}'),
    setting: 'MAX_CONCURRENT_OFFICE_TASKS',
  },
  image: {
    type: { kind: 'IMAGE' },
    file: 'photo.jpg',
    head: bytes('\u00ff\u00d8\u00ff\u00e0\0\u0010JFIF\0'),
    setting: 'MAX_CONCURRENT_IMAGES',
  },
  document: {
    type: { kind: 'DOCUMENT' },
    file: 'paper.pdf',
    head: bytes('%PDF-1.7\n'),
    setting: 'MAX_CONCURRENT_DOCUMENTS',
  },
} as const;
export type UploadKind = keyof typeof KINDS_OF_UPLOAD;

function bytes(text: string): Buffer {
  return Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(512)]);
}

export interface Arrival {
  /** Seconds after the start. */
  at: number;
  tenantId: string;
}

export interface Burst {
  kind: UploadKind;
  arrivals: readonly Arrival[];
  slots: number;
  /** Seconds of the work on one job, in the mean; a Fargate task takes 45 s more to start. */
  seconds: number;
  /** Chunks into which each video is split; 0 or absent: none is. */
  chunks?: number;
  seed: number;
  /** Probability that a process dies at a call of the queue. */
  deaths?: number;
  /** Probability that a task of the normal size runs out of memory. */
  outOfMemory?: number;
  weights?: Readonly<Record<string, number>>;
  /** MAX_TENANT_TASK_PERCENT. */
  percent?: number;
}

/** Spreads uploads evenly over the seconds and, in turn, over the tenants. */
export function spread(
  jobs: number,
  { over = 0, tenants = ['tenant-0'] }: { over?: number; tenants?: readonly string[] } = {},
): Arrival[] {
  return Array.from({ length: jobs }, (_, i) => ({
    at: (i / jobs) * over,
    tenantId: tenants[i % tenants.length] ?? '',
  }));
}

/** Builds the event of an upload, and the name that EventBridge gives to its execution. */
export function uploadOf(kind: UploadKind, { tenantId }: Arrival, number: number) {
  const digits = String(number).padStart(12, '0');
  return {
    name: `${uuidLike(number)}_${uuidLike(number ^ 0x5bd1e995)}`,
    input: uploadEvent({
      bucket: 'media',
      key: `tenants/${tenantId}/users/someone/media/${digits}-${KINDS_OF_UPLOAD[kind].file}`,
      versionId: `version-${digits}`,
      etag: digits,
      sequencer: digits,
      size: 1_000_000,
    }),
  };
}

/** Spreads numbers, as the random names of EventBridge are spread. */
function uuidLike(number: number): string {
  const part = (salt: number) => (Math.imul(number + salt, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
  const hex = [1, 7919, 104_729, 1_299_709].map(part).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
