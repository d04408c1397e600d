import { MEDIA_TYPES } from './media-type.ts';
import { adtsFrameBytes, holdsFrames, mp3FrameBytes } from './mpeg-audio.ts';

/** Wave64 begins with the GUID of its RIFF chunk. */
const W64 = Buffer.from('726966662e91cf11a5d628db04c10000', 'hex');
/** WAV of more than 4 GiB (EBU Tech 3306, ITU-R BS.2088), and in big-endian order. */
const LARGE_WAV = ['RF64', 'BW64', 'RIFX'];

/**
 * ASF's header object, and a stream properties object of a video stream: its GUID, its size, and the
 * GUID of the stream's type.
 * https://learn.microsoft.com/windows/win32/wmformat/overview-of-the-asf-format
 */
const ASF_HEADER = Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex');
const ASF_STREAM = Buffer.from('9107dcb7b7a9cf118ee600c00c205365', 'hex');
const ASF_VIDEO = Buffer.from('c0ef19bc4d5bcf11a8fd00805f5c442b', 'hex');

/**
 * Returns the type of sound that file-type does not know, or takes for another: long WAV, Windows
 * Media (by its first stream), MP3 and AAC behind zeros or other junk. Junk may hold frames by
 * chance, so the file must also have the extension.
 */
export function detectSoundType(
  head: Buffer,
  extension: string,
  sniffed: string | undefined,
): string | undefined {
  if (head.subarray(0, 16).equals(ASF_HEADER)) return windowsMedia(head, extension);
  if (sniffed) return undefined;
  if (LARGE_WAV.includes(head.toString('latin1', 0, 4)) && head.toString('latin1', 8, 12) === 'WAVE')
    return 'audio/wav';
  if (head.subarray(0, 16).equals(W64)) return 'audio/x-w64';
  const isNamed = (type: string) => MEDIA_TYPES[type]?.extensions.includes(extension);
  if (isNamed('audio/mpeg') && holdsFrames(head, mp3FrameBytes)) return 'audio/mpeg';
  if (isNamed('audio/aac') && holdsFrames(head, adtsFrameBytes)) return 'audio/aac';
  return undefined;
}

/**
 * Takes an ASF file with a video stream for video, wherever that is listed. One without a video
 * stream in these bytes may have it further on, if its header is longer; its extension decides, and
 * the video task processes a file without video as audio.
 */
function windowsMedia(head: Buffer, extension: string): string {
  for (let at = head.indexOf(ASF_STREAM); at >= 0; at = head.indexOf(ASF_STREAM, at + 1))
    if (head.subarray(at + 24, at + 40).equals(ASF_VIDEO)) return 'video/x-ms-asf';
  return extension === 'wmv' ? 'video/x-ms-asf' : 'audio/x-ms-asf';
}
