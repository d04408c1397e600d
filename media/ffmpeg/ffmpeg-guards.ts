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
  // Old cameras, players and screen recorders …
  ...['cinepak', 'svq1', 'svq3', 'h261', 'h263i', 'h263p', 'vp3', 'vp6', 'vp6a', 'vp6f', 'indeo3', 'indeo5'],
  ...['msvideo1', 'msrle', 'rpza', 'smc', '8bps', 'msmpeg4v1', 'mss2', 'camtasia', 'zmbv', 'flashsv'],
  // … and of editing.
  ...['jpeg2000', 'utvideo', 'ffvhuff', 'magicyuv', 'lagarith', 'fraps', 'cfhd', 'hap', 'dirac'],
  ...['v308', 'v408', 'v410', 'r210', 'r10k'],
];
/**
 * Decoders of ffmpeg's own where it has one, since its fuzzers cover them; the lib… variants are of
 * other builds. Left out, and so refused by name: codecs of games and film studios (Dolby E, aptX,
 * Bink, CRI …), trackers and synthesizers, and what needs a demuxer that is not allowed (RealAudio,
 * Monkey's Audio, Musepack, DSD).
 */
const AUDIO_DECODERS = [
  ...['aac', 'aac_latm', 'als', 'mp3float', 'mp3', 'mp2float', 'mp2', 'mp1float', 'mp3on4float'],
  ...['ac3', 'eac3', 'dca', 'truehd', 'mlp', 'opus', 'libopus', 'vorbis', 'libvorbis', 'flac', 'alac'],
  ...['wmav1', 'wmav2', 'wmapro', 'wmalossless', 'wmavoice', 'wavpack', 'tta', 'atrac3', 'dvaudio'],
  // Speech and telephony.
  ...['amrnb', 'amrwb', 'gsm', 'gsm_ms', 'g722', 'g726', 'g726le', 'g723_1', 'g729', 'ilbc', 'speex'],
  ...['libspeex', 'libgsm', 'libgsm_ms', 'nellymoser', 'truespeech', 'qcelp', 'msnsiren'],
  // Old QuickTime, AIFF and Flash.
  ...['mace3', 'mace6', 'qdm2', 'qdmc', 'adpcm_ima_qt', 'adpcm_swf'],
  ...['adpcm_ms', 'adpcm_ima_wav', 'adpcm_yamaha', 'adpcm_ct', 'adpcm_ima_dk3', 'adpcm_ima_dk4'],
  ...['pcm_alaw', 'pcm_mulaw', 'pcm_u8', 'pcm_s8', 'pcm_s16le', 'pcm_s16be', 'pcm_u16le', 'pcm_u16be'],
  ...['pcm_s24le', 'pcm_s24be', 'pcm_s32le', 'pcm_s32be', 'pcm_s64le', 'pcm_s64be'],
  ...['pcm_f32le', 'pcm_f32be', 'pcm_f64le', 'pcm_f64be', 'pcm_bluray', 'pcm_dvd', 's302m'],
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
/**
 * Maximum bytes and microseconds read to identify a file's streams; `long` for a file in which some
 * stream begins later than that. ffmpeg keeps these bytes in memory.
 */
const PROBES = {
  short: { bytes: 5 * MiB, microseconds: 5_000_000 },
  long: { bytes: 100 * MiB, microseconds: 1_800_000_000 },
};
export type ProbeLength = keyof typeof PROBES;
/** Films have dozens of subtitles and fonts. */
const MAX_STREAMS = 256;

/** How much of a hostile file may be looked at, and how large its frames may be. */
export interface InputLimits {
  maxPixels: number;
  /** Default: `short`. */
  probeLength?: ProbeLength | undefined;
}

/**
 * Returns the options that go before hostile input, for ffmpeg and ffprobe alike. By default, both
 * would read a playlist named `.mp4` and the files and URLs in it. See
 * https://ffmpeg.org/ffmpeg-formats.html#Format-Options. `maxPixels` is the only one that stops a
 * 16k × 16k frame.
 */
export function inputGuards({ maxPixels, probeLength = 'short' }: InputLimits): string[] {
  const { bytes, microseconds } = PROBES[probeLength];
  return [
    ...['-protocol_whitelist', 'file', '-format_whitelist', DEMUXERS.join(',')],
    ...[
      '-codec_whitelist',
      [...VIDEO_DECODERS, ...AUDIO_DECODERS, ...PICTURE_DECODERS, ...SUBTITLE_DECODERS].join(','),
    ],
    ...['-max_pixels', `${maxPixels}`, '-max_streams', `${MAX_STREAMS}`],
    ...['-probesize', `${bytes}`, '-analyzeduration', `${microseconds}`],
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
