import type { AudioSource } from '../../../media/audio/audio-source.ts';
import { decoderOptions, planAudio } from '../../../media/audio/plan.ts';
import { bestCover } from '../../../media/audio/tags/cover.ts';
import { waveformJson, waveformPng } from '../../../media/audio/waveform.ts';
import { parseProbe } from '../../../media/ffmpeg/parse-probe.ts';
import { type FfmpegRun, ffmpegArguments } from '../../../media/ffmpeg/run-ffmpeg.ts';
import { DEFAULT_PROFILE } from '../../../media/profile/default-profile.ts';
import { encoding } from '../../../media/video/encode.ts';
import { masterPlaylist, mediaPlaylist } from '../../../media/video/hls.ts';
import { pictureArguments, storyboardArguments } from '../../../media/video/pictures/picture-arguments.ts';
import { previewRun } from '../../../media/video/pictures/preview-arguments.ts';
import { storyboardVtt } from '../../../media/video/pictures/storyboard.ts';
import { planVideo, type VideoPlan } from '../../../media/video/plan.ts';
import { videoSource } from '../../../media/video/source/video-source.ts';
import { clipStudio } from '../clips.ts';
import { SHARP_TOOLS, syntheticPng } from './golden-images.ts';
import type { GoldenRecipe } from './golden-recipe.ts';

const LIMITS = { MAX_VIDEO_PIXELS: 36_000_000, MAX_VIDEO_SECONDS: 3600, TRUNCATED_MEDIA: 'refuse' } as const;
const VIDEO = {
  ...{ codec_type: 'video', codec_name: 'h264', profile: 'High', width: 1920, height: 1080 },
  ...{ pix_fmt: 'yuv420p', r_frame_rate: '30/1', avg_frame_rate: '30/1' },
  ...{ sample_aspect_ratio: '1:1', has_b_frames: 2 },
};
const AUDIO = { codec_type: 'audio', codec_name: 'aac', profile: 'LC', channels: 2, sample_rate: '48000' };
const SCAN = {
  ...{ packets: 300, bytes: 9_000_000, startSeconds: 0, lastSeconds: 9.9667, endSeconds: 10 },
  ...{ keyFrameGapSeconds: 2, hasOpenGroups: false },
};

/** Tracks as ffprobe tells them, and what they have in common with others that need another plan. */
const FILMS: Readonly<Record<string, { tracks: object[]; bytes: number; hls: boolean }>> = {
  'a film': { tracks: [VIDEO, AUDIO], bytes: 9_000_000, hls: true },
  'a film that is copied': { tracks: [VIDEO, AUDIO], bytes: 4_000_000, hls: true },
  'a silent film without HLS': { tracks: [VIDEO], bytes: 9_000_000, hls: false },
  'a tall HDR film of 60 frames': {
    tracks: [
      {
        ...{
          ...VIDEO,
          codec_name: 'hevc',
          profile: 'Main 10',
          pix_fmt: 'yuv420p10le',
          width: 1080,
          height: 1920,
        },
        ...{ r_frame_rate: '60/1', avg_frame_rate: '60/1', color_transfer: 'arib-std-b67' },
        ...{ color_primaries: 'bt2020', color_space: 'bt2020nc' },
      },
      { ...AUDIO, channels: 1, sample_rate: '22050' },
    ],
    ...{ bytes: 9_000_000, hls: true },
  },
};

function planOf({ tracks, bytes, hls }: (typeof FILMS)[string]): VideoPlan {
  const streams = tracks.map((track, index) => ({ index, ...track }));
  const probe = parseProbe({ streams, format: { format_name: 'mov,mp4,m4a,3gp,3g2,mj2', duration: '10' } });
  const scans = new Map(tracks.map((_, index) => [index, { ...SCAN, bytes: index === 0 ? bytes : 150_000 }]));
  const damage = { frames: 0, truncated: false };
  const source = videoSource(probe, { tracks: scans, isJoined: false, damage }, LIMITS);
  const settings = { ENABLE_HLS_TRANSCODING: hls, MEDIA_PROCESSOR_CONCURRENCY: 0 };
  return planVideo(source, settings, DEFAULT_PROFILE.video);
}

const RUN = { input: 'source', cwd: '/directory', maxPixels: 36_000_000, timeoutSeconds: 60 };
const command = (run: Partial<FfmpegRun> & Pick<FfmpegRun, 'outputs'>) =>
  JSON.stringify(ffmpegArguments({ ...RUN, ...run }));
const ofFilms = (text: (plan: VideoPlan) => string) =>
  Object.fromEntries(
    Object.entries(FILMS).map(([label, film]) => [`arguments for ${label}`, text(planOf(film))]),
  );

const PREVIEWS = [
  { name: 'hover', format: 'webp', seconds: 3, side: 320, framesPerSecond: 8 },
  { name: 'teaser', format: 'mp4', seconds: 5, atSeconds: 2, side: 640, framesPerSecond: 15 },
] as const;

const SEGMENTS = [6, 6, 1.5].map((seconds, i) => ({
  uri: `0000${i}.m4s`,
  seconds,
  bytes: 1_000_000 * (i + 1),
}));
const VARIANTS = ['1080p', '480p'].map((name, i) => ({
  ...{ name, width: 1920 >> i, height: 1080 >> i, frameRate: 29.97, hasAudio: i === 0, segments: SEGMENTS },
  init: Buffer.from('....avcC\u0001\u0064\u0000\u0028', 'latin1'),
}));

const SOUNDS: Readonly<Record<string, AudioSource>> = {
  surround: {
    ...{
      index: 2,
      format: 'flac',
      codec: 'flac',
      sampleRate: 96_000,
      channels: 6,
      channelLayout: '5.1(side)',
    },
  },
  voice: {
    ...{
      index: 0,
      format: 'matroska,webm',
      codec: 'opus',
      sampleRate: 16_000,
      channels: 1,
      channelLayout: 'mono',
    },
    ...{ bitrate: 24_000 },
  },
  disc: {
    ...{
      index: 0,
      format: 'wav',
      codec: 'pcm_s16le',
      sampleRate: 44_100,
      channels: 2,
      channelLayout: 'stereo',
    },
    ...{ bitDepth: 16 },
  },
};

function soundArguments(source: AudioSource): string {
  const { pcm, encoders } = planAudio(source, { gainDb: -3.5, outputs: DEFAULT_PROFILE.audio.outputs });
  const input = { args: pcm.args, onStdin: () => {} };
  return JSON.stringify([
    command({ ...decoderOptions(source, ['peaks', 'samples0'], [{ name: 'source' }]), outputs: [] }),
    ...encoders.map(({ args, file }) => command({ input, outputs: [{ args, target: file }] })),
  ]);
}

const PEAKS = {
  ...{ sampleRate: 44_100, samplesPerPixel: 256 },
  pairs: Int16Array.from({ length: 800 }, (_, i) => (i % 2 === 0 ? -1 : 1) * ((i * 131) % 32_000)),
};

/** A recording with a PNG as cover, which ffmpeg takes out of it unchanged. */
async function coverOf(channels: 3 | 4): Promise<Buffer> {
  const studio = await clipStudio();
  try {
    await studio.save('cover.png', await syntheticPng(300, 200, channels));
    await studio.make('tone.wav', ['sine=d=1']);
    const attached = ['-map', '0', '-map', '1', '-c:v', 'copy', '-disposition:v', 'attached_pic'];
    await studio.make('song.mp3', ['tone.wav', 'cover.png'], ...attached, '-c:a', 'libmp3lame');
    const picture = { index: 1, codec: 'png', width: 300, height: 200, isDecodable: true, isDefault: false };
    const look = { ...RUN, input: 'song.mp3', cwd: studio.directory };
    const cover = await bestCover([picture], look);
    if (!Buffer.isBuffer(cover?.body)) throw new Error('Expected a cover');
    return cover.body;
  } finally {
    await studio.remove();
  }
}

export const GOLDEN_AV = {
  video: {
    texts: () => ({
      ...ofFilms((plan) => command(encoding(plan))),
      ...{ 'hls/master.m3u8': masterPlaylist(VARIANTS), 'hls/1080p/index.m3u8': mediaPlaylist(SEGMENTS) },
    }),
  },
  'video-pictures': {
    texts: () => ofFilms((plan) => command(pictureArguments(plan, plan.picturesAt[0] ?? 0))),
  },
  storyboard: {
    texts: () => ({
      ...ofFilms((plan) => command(storyboardArguments(plan))),
      ...{
        'storyboard.vtt':
          ofFilms((plan) => storyboardVtt(plan.storyboard, 'a.jpg', 10))['arguments for a film'] ?? '',
      },
    }),
  },
  preview: {
    texts: () =>
      Object.fromEntries(
        PREVIEWS.map((preview) => [
          `arguments for ${preview.format}`,
          JSON.stringify(Object.values(FILMS).map((film) => command(previewRun(preview, planOf(film), 9)))),
        ]),
      ),
  },
  audio: {
    texts: () =>
      Object.fromEntries(
        Object.entries(SOUNDS).map(([label, source]) => [`arguments for ${label}`, soundArguments(source)]),
      ),
  },
  waveform: {
    texts: () => ({ 'waveform.json': waveformJson(PEAKS) }),
    bytes: { tools: SHARP_TOOLS, make: async () => ({ 'waveform.png': await waveformPng(PEAKS) }) },
  },
  cover: {
    bytes: {
      tools: SHARP_TOOLS,
      make: async () => ({ 'cover.jpg': await coverOf(3), 'cover.png': await coverOf(4) }),
    },
  },
} satisfies Record<string, GoldenRecipe>;
