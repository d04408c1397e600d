/** What ffmpeg and ffprobe may open at all. Everything that can name another file or address (hls, dash, concat, image2, sdp, lavfi …) stays out. */
const DEMUXERS = [
  ...['mov', 'matroska', 'avi', 'mpegts', 'mpeg', 'flv', 'asf', 'ogg'],
  ...['mp3', 'wav', 'w64', 'flac', 'aac', 'aiff', 'caf', 'amr', 'ac3', 'eac3'],
];

/** Decoders, by ffmpeg's names. The hardened list is also what a file may carry: anything else is not read, or the file is refused. */
const VIDEO_DECODERS = [
  ...['h264', 'hevc', 'libdav1d', 'libaom-av1', 'av1', 'vp8', 'vp9', 'libvpx', 'libvpx-vp9', 'theora'],
  ...[
    'mpeg1video',
    'mpeg2video',
    'mpeg4',
    'msmpeg4',
    'msmpeg4v2',
    'h263',
    'flv',
    'wmv1',
    'wmv2',
    'wmv3',
    'vc1',
  ],
  ...['mjpeg', 'prores', 'dnxhd', 'dvvideo', 'png', 'qtrle', 'rawvideo', 'v210', 'ffv1', 'huffyuv'],
];
const AUDIO_DECODERS = [
  ...[
    'aac',
    'aac_latm',
    'mp3float',
    'mp3',
    'mp2float',
    'mp2',
    'mp1float',
    'ac3',
    'eac3',
    'dca',
    'opus',
    'libopus',
  ],
  ...[
    'vorbis',
    'libvorbis',
    'flac',
    'alac',
    'wmav1',
    'wmav2',
    'wmapro',
    'amrnb',
    'amrwb',
    'adpcm_ms',
    'adpcm_ima_wav',
  ],
  ...[
    'adpcm_ima_qt',
    'pcm_alaw',
    'pcm_mulaw',
    'pcm_u8',
    'pcm_s8',
    'pcm_s16le',
    'pcm_s16be',
    'pcm_s24le',
    'pcm_s24be',
  ],
  ...['pcm_s32le', 'pcm_s32be', 'pcm_f32le', 'pcm_f32be', 'pcm_f64le', 'pcm_f64be', 'truehd', 'mlp'],
];
/** Covers in MP3 and other tags. Their codecs must be readable, or ffprobe refuses the whole recording. */
const PICTURE_DECODERS = ['bmp', 'gif', 'webp', 'tiff'];
/** Never decoded here, but ffprobe ends with an error at a stream whose decoder it may not open. */
const SUBTITLE_DECODERS = [
  ...[
    'mov_text',
    'subrip',
    'srt',
    'ass',
    'ssa',
    'webvtt',
    'text',
    'dvdsub',
    'dvbsub',
    'pgssub',
    'xsub',
    'cc_dec',
  ],
  'libzvbi_teletextdec',
];

const MiB = 1024 * 1024;

/** No single allocation of ffmpeg's above this; an 8K frame of 16-bit samples needs 200 MB. */
const MAX_ALLOCATION = 256 * MiB;
/** Bytes and microseconds that may be read to find out what a file holds. */
const PROBE_BYTES = 5 * MiB;
const PROBE_MICROSECONDS = 5_000_000;
const MAX_STREAMS = 32;

/**
 * The options that go before a hostile input, for ffmpeg and ffprobe alike (both read a playlist that calls itself `.mp4`, and the
 * files and addresses in it, under their own defaults). See https://ffmpeg.org/ffmpeg-formats.html#Format-Options.
 * `maxPixels` is the only one that stops a 16k × 16k picture.
 */
export function inputGuards({ maxPixels }: { maxPixels: number }): string[] {
  return [
    ...['-protocol_whitelist', 'file', '-format_whitelist', DEMUXERS.join(',')],
    ...[
      '-codec_whitelist',
      [...VIDEO_DECODERS, ...AUDIO_DECODERS, ...PICTURE_DECODERS, ...SUBTITLE_DECODERS].join(','),
    ],
    ...['-max_pixels', `${maxPixels}`, '-max_streams', `${MAX_STREAMS}`],
    ...['-probesize', `${PROBE_BYTES}`, '-analyzeduration', `${PROBE_MICROSECONDS}`],
  ];
}

/** Options of the whole program. `max_alloc` limits one allocation, not the sum. */
export const PROGRAM_GUARDS = ['-hide_banner', '-max_alloc', `${MAX_ALLOCATION}`];

/** `file:` keeps a name from being read as a protocol (`a:b.mp4`), and ffmpeg from guessing. */
export const inputUrl = (file: string) => `file:${file}`;

/** All that a decoder of hostile input sees of the environment: a worker's own holds AWS credentials. */
export const BARE_ENVIRONMENT = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin',
  LC_ALL: 'C',
  AV_LOG_FORCE_NOCOLOR: '1',
};
