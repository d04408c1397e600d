import { readFile } from 'node:fs/promises';
import type { ClipStudio } from '../clips.ts';
import type { MutationSource } from './mutate.ts';

export interface VideoFile extends MutationSource {
  /** Why nobody can tell from a file of this format that its end is missing; absent if one can. */
  endless?: string;
}

const SOURCES = ['testsrc2=s=128x72:r=25:d=1', 'anoisesrc=a=0.4:r=44100:seed=6:d=1'];
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const AAC = ['-c:a', 'aac'];
const VP8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus'];
const PACKETS = 'is a row of packets without a length or an end';

/** A second of video in every container that is read, in its variants. */
export async function videoSources(studio: ClipStudio): Promise<VideoFile[]> {
  const made: [name: string, extension: string, args: string[], endless?: string][] = [
    ['MP4', 'mp4', [...H264, ...AAC]],
    ['MP4 with its index first', 'mp4', [...H264, ...AAC, '-movflags', '+faststart']],
    ['MP4 in fragments', 'mp4', [...H264, ...AAC, '-g', '5', '-movflags', '+frag_keyframe+empty_moov']],
    ['HEVC in QuickTime', 'mov', ['-c:v', 'libx265', '-preset', 'ultrafast', '-tag:v', 'hvc1', ...AAC]],
    ['ProRes', 'mov', ['-c:v', 'prores_ks', '-profile:v', '0', '-c:a', 'pcm_s16le']],
    ['Matroska', 'mkv', [...H264, ...AAC]],
    ['WebM', 'webm', VP8],
    ['WebM as it is recorded', 'webm', [...VP8, '-live', '1'], 'has no length while it is recorded'],
    ['AVI', 'avi', ['-c:v', 'mpeg4', '-q:v', '4', '-c:a', 'libmp3lame']],
    ['Flash Video', 'flv', [...H264, ...AAC]],
    ['Windows Media', 'wmv', ['-c:v', 'wmv2', '-q:v', '4', '-c:a', 'wmav2']],
    ['Ogg', 'ogv', ['-c:v', 'libtheora', '-q:v', '6', '-c:a', 'libvorbis']],
    ['MPEG-TS', 'ts', ['-c:v', 'mpeg2video', '-q:v', '4', '-c:a', 'mp2'], PACKETS],
    ['MPEG', 'mpg', ['-c:v', 'mpeg1video', '-q:v', '4', '-c:a', 'mp2'], PACKETS],
  ];
  const files: VideoFile[] = [];
  for (const [name, extension, args, endless] of made) {
    const file = await studio.make(`${name}.${extension}`, SOURCES, ...args, '-fflags', '+bitexact');
    files.push({ name, extension, bytes: await readFile(file), ...(endless ? { endless } : {}) });
  }
  return files;
}
