import { DEFAULT_PROFILE } from '../../../media/profile/default-profile.ts';
import type { VideoProfile } from '../../../media/profile/video-profile.ts';
import type { ClipStudio } from '../clips.ts';
import type { FilmOptions } from './film.ts';

/** A clip that is long enough for three chunks of 6 s, and what is special about it. */
export interface FilmClip extends FilmOptions {
  label: string;
  /** Why it is encoded as a whole, if it is. */
  whole?: string;
  /** Its profile has the watermark `logo`. */
  isMarked?: boolean;
  /** Makes it; returns its path. */
  make(studio: ClipStudio): Promise<string>;
}

interface Recipe extends FilmOptions {
  rate?: string;
  size?: string;
  /** Filters of the picture. */
  filters?: string;
  sound?: string;
  /** Options of the pictures' encoder. */
  video: string;
  /** More output options. */
  more?: string;
  extension?: 'mp4' | 'mov' | 'mkv' | 'webm';
  /** Input options of the sound. */
  isLate?: boolean;
}

const words = (text: string) => text.split(' ').filter((word) => word !== '');
const SECONDS = 19;

function clip(label: string, recipe: Recipe): FilmClip {
  const { rate = '25', size = '320x180', filters, video, more = '', extension = 'mp4', ...rest } = recipe;
  const { sound = `sine=f=440:r=48000:d=${SECONDS}`, isLate, ...options } = rest;
  return {
    ...{ label, ...options },
    make: (studio) =>
      studio.make(
        `${label.replaceAll(/\W+/g, '-')}.${extension}`,
        [`testsrc2=s=${size}:r=${rate}:d=${SECONDS},noise=alls=16:allf=t`, ...(sound ? [sound] : [])],
        ...(filters ? ['-vf', filters] : []),
        ...(isLate ? ['-af', 'asetpts=PTS+3/TB'] : []),
        ...words(video),
        ...words(more),
      ),
  };
}

/** Better than any rendition, so that no packets are copied. */
const X264 = '-c:v libx264 -preset ultrafast -crf 1 -pix_fmt yuv420p -g 30 -bf 2';
const X265 = '-c:v libx265 -preset ultrafast -crf 10 -pix_fmt yuv420p -tag:v hvc1';
const MPEG2 = '-c:v mpeg2video -q:v 2 -g 15 -bf 2';
/** Where the bitrate's bound binds: with several, x264 then differs from itself by 0.003 of SSIM in another run. */
const ONE_THREAD = { config: { MEDIA_PROCESSOR_CONCURRENCY: 1 } };
const HDR =
  '-c:v libx265 -preset ultrafast -crf 10 -pix_fmt yuv420p10le -tag:v hvc1 -color_primaries bt2020 -colorspace bt2020nc';

const profileWith = (renditions: VideoProfile['renditions']) => ({
  ...DEFAULT_PROFILE,
  video: { ...DEFAULT_PROFILE.video, renditions },
});
const [large, middle, small] = DEFAULT_PROFILE.video.renditions;
const rendition = (name: string, codec: 'hevc' | 'av1', shortSide: number) => ({
  ...{ name, codec, shortSide, crf: 30, maxBitrate: 1_000_000 },
});
const OTHER_CODECS = profileWith([rendition('h265', 'hevc', 160), rendition('av1', 'av1', 120)]);

/** A recording of which an editor took a part without encoding it. */
const cutAt = (label: string, seconds: number): FilmClip => ({
  label,
  async make(studio) {
    await studio.make('uncut.mp4', ['testsrc2=s=320x180:r=25:d=25', 'sine=d=25'], ...words(X264), '-g', '60');
    return studio.make('cut.mp4', ['uncut.mp4'], '-ss', `${seconds}`, ...words('-c copy'));
  },
});

/** Those that differ most come first. */
export const FILM_CLIPS: readonly FilmClip[] = [
  clip('H.264 at 29.97 with open groups and a B-pyramid', {
    rate: '30000/1001',
    video: `${X264} -bf 3 -b-pyramid normal -x264-params open-gop=1`,
  }),
  // Its last chunk seeks to a frame long before it.
  clip('key frames far apart', { video: X264.replace('-g 30', '-g 61 -keyint_min 61 -sc_threshold 0') }),
  clip('a bitrate that is capped', {
    ...{ video: X264, ...ONE_THREAD },
    profile: profileWith([{ name: 'capped', shortSide: 180, crf: 23, maxBitrate: 600_000 }]),
  }),
  clip('variable rate of a phone', {
    rate: '30',
    filters: `setpts='PTS+(0.4*sin(N)+mod(N*7919,13)/30)/30/TB'`,
    video: `${X264} -vsync vfr`,
  }),
  clip('HEVC with open groups', {
    rate: '24000/1001',
    video: `${X265} -x265-params open-gop=1:keyint=48:log-level=error`,
  }),
  clip('interlaced MPEG-2', {
    ...{ rate: '50', size: '720x576', filters: 'interlace=scan=tff', extension: 'mov', ...ONE_THREAD },
    video: `${MPEG2} -flags +ildct+ilme`,
  }),
  // Coded in blocks of 16, the tiles have more pixels than a frame of the upload.
  clip('small pictures', { rate: '12', size: '160x120', video: '-c:v mpeg4 -q:v 2 -g 12' }),
  clip('sound that begins late', { video: X264, isLate: true }),
  clip('sound that goes on', { video: X264, sound: `sine=f=440:r=44100:d=${SECONDS + 5}` }),
  clip('no sound', { video: X264, sound: '' }),
  clip('HDR10', { rate: '24', video: `${HDR} -color_trc smpte2084 -x265-params keyint=48:log-level=error` }),
  cutAt('an edit list', 2.4),
  cutAt('an edit list that begins between key frames', 2.64),
  {
    label: 'a size that changes midway',
    async make(studio) {
      for (const [name, size] of Object.entries({ one: '320x180', two: '480x270' }))
        await studio.make(`${name}.ts`, [`testsrc2=s=${size}:r=25:d=10`], ...words(X264), '-bf', '0');
      await studio.save('both.ts', Buffer.concat([await studio.read('one.ts'), await studio.read('two.ts')]));
      return studio.make('both.mp4', ['both.ts'], ...words('-c copy'));
    },
  },
  clip('renditions of other codecs', { video: X264, profile: OTHER_CODECS }),
  {
    ...{ label: 'a watermark', isMarked: true },
    profile: {
      ...DEFAULT_PROFILE,
      video: {
        ...DEFAULT_PROFILE.video,
        watermark: { image: 'logo', position: 'southeast', scale: 0.2, opacity: 0.5 },
      },
    },
    async make(studio) {
      return studio.make('marked.mp4', [`testsrc2=s=320x180:r=25:d=${SECONDS}`, 'sine=d=19'], ...words(X264));
    },
  },
  clip('Matroska with open groups', {
    ...{ rate: '24000/1001', extension: 'mkv' },
    video: `${X264} -bf 3 -x264-params open-gop=1 -c:a flac`,
  }),
  clip('WebM', {
    extension: 'webm',
    video: '-c:v libvpx-vp9 -b:v 0 -crf 12 -deadline realtime -cpu-used 8 -g 60',
  }),
  clip('Matroska at a variable rate', {
    ...{ rate: '30', extension: 'mkv', filters: `select='mod(n,7)'` },
    video: `${X264} -vsync vfr`,
  }),
  clip('several renditions', {
    ...{ size: '1280x720', video: X264, ...ONE_THREAD },
    ...(large && middle && small && { profile: profileWith([middle, small]) }),
  }),
  ...['24000/1001', '24', '25', '30000/1001', '30', '48', '50', '60000/1001', '60', '15', '12', '14.7'].map(
    (rate) => clip(`H.264 at ${rate}`, { rate, video: X264 }),
  ),
  ...['25', '24000/1001'].map((rate) =>
    clip(`H.264 with open groups at ${rate}`, { rate, video: `${X264} -x264-params open-gop=1` }),
  ),
  clip('H.264 without B-frames', { video: `${X264} -bf 0` }),
  clip('H.264 with 16 B-frames', { video: `${X264} -preset veryfast -bf 16 -b_strategy 2` }),
  clip('H.264 of key frames only', { video: `${X264} -g 1` }),
  clip('H.264 with many references and long groups', { video: `${X264} -preset slow -refs 8 -g 75` }),
  clip('H.264 with its index at the beginning', { video: X264, more: '-movflags +faststart' }),
  clip('H.264 with 10 bits', { video: `${X264} -pix_fmt yuv420p10le` }),
  clip('H.264, interlaced', {
    ...{ rate: '50', filters: 'interlace=scan=bff', size: '720x480', ...ONE_THREAD },
    video: `${X264} -x264-params bff=1 -flags +ildct+ilme`,
  }),
  clip('HEVC with closed groups', { video: `${X265} -x265-params open-gop=0:keyint=50:log-level=error` }),
  clip('HEVC with 10 bits', { video: `${X265} -pix_fmt yuv420p10le -x265-params keyint=60:log-level=error` }),
  clip('HLG', { rate: '50', video: `${HDR} -color_trc arib-std-b67 -x265-params keyint=50:log-level=error` }),
  clip('VP9', { video: '-c:v libvpx-vp9 -b:v 0 -crf 12 -deadline realtime -cpu-used 8 -g 60' }),
  clip('VP9 with hidden frames', {
    video:
      '-c:v libvpx-vp9 -b:v 0 -crf 12 -deadline good -cpu-used 5 -auto-alt-ref 1 -lag-in-frames 16 -g 75',
  }),
  clip('AV1', { video: '-c:v libsvtav1 -preset 12 -crf 20 -g 60' }),
  clip('MPEG-2', { video: MPEG2, extension: 'mov' }),
  clip('MPEG-2 with closed groups', {
    video: `${MPEG2} -flags +cgop -sc_threshold 1000000000`,
    extension: 'mov',
  }),
  clip('MPEG-4 Visual', { video: '-c:v mpeg4 -q:v 2 -g 40 -bf 2' }),
  clip('ProRes', { video: '-c:v prores_ks -profile:v 1', extension: 'mov', more: '-c:a pcm_s16le' }),
  clip('Motion JPEG', { video: '-c:v mjpeg -q:v 3 -pix_fmt yuvj420p', extension: 'mov' }),
  clip('variable rate with frames left out', {
    rate: '30',
    filters: `select='mod(n,7)'`,
    video: `${X264} -vsync vfr`,
  }),
  clip('variable rate with a pause of 2 s', {
    ...{ rate: '30', filters: `select='lt(t,11)+gt(t,13)'` },
    video: `${X264} -vsync vfr -g 10`,
  }),
  {
    label: 'turned by 90 degrees',
    async make(studio) {
      await studio.make(
        'flat.mp4',
        [`testsrc2=s=320x180:r=30:d=${SECONDS}`, `sine=d=${SECONDS}`],
        ...words(X264),
      );
      return studio.make('turned.mp4', ['flat.mp4'], ...words('-c copy -metadata:s:v:0 rotate=90'));
    },
  },
  clip('pixels that are not square', { filters: 'setsar=4/3', video: X264 }),
  clip('pictures that begin late', { filters: 'setpts=PTS+0.53/TB', video: `${X264} -vsync vfr` }),
  clip('a time code track', { video: X264, extension: 'mov', more: '-timecode 01:00:00:00' }),
  clip('six channels', {
    video: X264,
    sound: `aevalsrc=0.1*sin(880*t)|0|0.2*sin(t*700)|0|0|0:s=48000:d=${SECONDS}:c=5.1`,
  }),
];
