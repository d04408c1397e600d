/**
 * Demuxers that ffmpeg and ffprobe may use. Everything that can reference another file or URL (hls,
 * dash, concat, image2, sdp, lavfi …) is excluded.
 */
const DEMUXERS = [
  ...['mov', 'matroska', 'avi', 'mpegts', 'mpeg', 'flv', 'asf', 'ogg'],
  ...['mp3', 'wav', 'w64', 'flac', 'aac', 'aiff', 'caf', 'amr', 'ac3', 'eac3'],
];

/**
 * Decoders, by ffmpeg's names. The list also limits what a file may contain: a stream with any
 * other codec is not read, or the file is refused.
 */
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
/**
 * Codecs of cover art in MP3 and other tags. They must be readable, or ffprobe refuses the whole
 * recording.
 */
const PICTURE_DECODERS = ['bmp', 'gif', 'webp', 'tiff'];
/** Never decoded here, but ffprobe fails on a stream whose decoder is not allowed. */
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

/** Maximum size of a single allocation by ffmpeg; an 8K frame with 16-bit samples needs 200 MB. */
const MAX_ALLOCATION = 256 * MiB;
/** Maximum bytes and microseconds read to identify a file's streams. */
const PROBE_BYTES = 5 * MiB;
const PROBE_MICROSECONDS = 5_000_000;
const MAX_STREAMS = 32;

/**
 * Returns the options that go before hostile input, for ffmpeg and ffprobe alike. By default, both
 * would read a playlist named `.mp4` and the files and URLs in it. See
 * https://ffmpeg.org/ffmpeg-formats.html#Format-Options. `maxPixels` is the only one that stops a
 * 16k × 16k frame.
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

/** Global options. `max_alloc` limits a single allocation, not the total. */
export const PROGRAM_GUARDS = ['-hide_banner', '-max_alloc', `${MAX_ALLOCATION}`];

/** Prevents ffmpeg from parsing a file name as a protocol (`a:b.mp4`), and from guessing. */
export const inputUrl = (file: string) => `file:${file}`;

/**
 * The entire environment of a decoder of hostile input: a worker's own environment holds AWS
 * credentials.
 */
export const BARE_ENVIRONMENT = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin',
  LC_ALL: 'C',
  AV_LOG_FORCE_NOCOLOR: '1',
};
