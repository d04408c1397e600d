import type { MediaKind } from './kinds.ts';

export interface MediaType {
  kind: MediaKind;
  /** Human-readable name for messages. */
  label: string;
  /**
   * File name extensions (lower case, no dot) that this type may have; the first is the preferred
   * one.
   */
  extensions: readonly string[];
  /** Office formats, which LibreOffice first converts to PDF. */
  convert?: boolean;
}

const image = (label: string, ...extensions: string[]): MediaType => ({ kind: 'IMAGE', label, extensions });
const audio = (label: string, ...extensions: string[]): MediaType => ({ kind: 'AUDIO', label, extensions });
const video = (label: string, ...extensions: string[]): MediaType => ({ kind: 'VIDEO', label, extensions });

/**
 * ISO BMFF under several brands: phones and editors combine any brand with any of these extensions.
 */
const ISO_FAMILY = ['mp4', 'mov', 'm4v', 'qt', '3gp', '3g2'];

const document = (label: string, ...extensions: string[]): MediaType => ({
  kind: 'DOCUMENT',
  label,
  extensions,
});

const office = (label: string, ...extensions: string[]): MediaType => ({
  ...document(label, ...extensions),
  convert: true,
});

/**
 * Supported types, by the Internet media type detected from the file's own bytes (never the
 * client's Content-Type). A file whose extension belongs to an entry of another kind is refused;
 * within a kind the content decides (docs/adr/0020).
 */
export const MEDIA_TYPES: Readonly<Record<string, MediaType>> = {
  'image/jpeg': image('JPEG', 'jpg', 'jpeg', 'jpe', 'jfif'),
  'image/png': image('PNG', 'png'),
  'image/apng': image('PNG', 'png', 'apng'),
  'image/webp': image('WebP', 'webp'),
  'image/gif': image('GIF', 'gif'),
  'image/avif': image('AVIF', 'avif', 'heif'),
  'image/tiff': image('TIFF', 'tif', 'tiff'),
  'image/heic': image('HEIC', 'heic', 'heif'),
  'image/heif': image('HEIF', 'heif', 'heic'),
  'video/mp4': video('MP4', ...ISO_FAMILY),
  'video/quicktime': video('QuickTime', 'mov', ...ISO_FAMILY),
  'video/x-m4v': video('MP4', 'm4v', ...ISO_FAMILY),
  'video/3gpp': video('3GP', '3gp', ...ISO_FAMILY),
  'video/3gpp2': video('3GP', '3g2', ...ISO_FAMILY),
  'video/matroska': video('Matroska', 'mkv', 'webm'),
  'video/webm': video('WebM', 'webm', 'mkv'),
  'video/vnd.avi': video('AVI', 'avi'),
  'video/mp2t': video('MPEG-TS', 'ts', 'mts', 'm2ts', 'm2t', 'tp', 'mpg', 'mpeg'),
  'video/MP1S': video('MPEG', 'mpg', 'mpeg', 'vob'),
  'video/MP2P': video('MPEG', 'mpg', 'mpeg', 'vob'),
  'video/mpeg': video('MPEG', 'mpg', 'mpeg', 'vob'),
  'video/x-flv': video('Flash Video', 'flv'),
  'video/x-ms-asf': video('Windows Media', 'wmv', 'asf'),
  'video/ogg': video('Ogg', 'ogv', 'ogg'),
  'audio/mpeg': audio('MP3', 'mp3', 'mp2', 'mpga'),
  'audio/wav': audio('WAV', 'wav', 'wave'),
  'audio/x-w64': audio('Wave64', 'w64', 'wav'),
  'audio/flac': audio('FLAC', 'flac'),
  'audio/ogg': audio('Ogg', 'ogg', 'oga', 'spx'),
  'audio/ogg; codecs=opus': audio('Opus', 'opus', 'ogg', 'oga'),
  'audio/x-m4a': audio('M4A', 'm4a', 'm4b', 'mp4'),
  'audio/mp4': audio('M4A', 'm4a', 'm4b', 'mp4'),
  'audio/aac': audio('AAC', 'aac', 'adts'),
  'audio/aiff': audio('AIFF', 'aiff', 'aif', 'aifc'),
  'audio/x-caf': audio('CAF', 'caf'),
  'audio/amr': audio('AMR', 'amr'),
  'audio/x-ms-asf': audio('WMA', 'wma', 'asf'),
  'audio/vnd.dolby.dd-raw': audio('Dolby Digital', 'ac3', 'ec3', 'eac3'),
  'application/pdf': document('PDF', 'pdf'),
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': office('Word', 'docx'),
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': office('Excel', 'xlsx'),
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': office('PowerPoint', 'pptx'),
  'application/vnd.openxmlformats-officedocument.wordprocessingml.template': office('Word', 'dotx'),
  'application/vnd.openxmlformats-officedocument.spreadsheetml.template': office('Excel', 'xltx'),
  'application/vnd.openxmlformats-officedocument.presentationml.template': office('PowerPoint', 'potx'),
  'application/vnd.openxmlformats-officedocument.presentationml.slideshow': office('PowerPoint', 'ppsx'),
  'application/vnd.ms-word.document.macroenabled.12': office('Word', 'docm'),
  'application/vnd.ms-excel.sheet.macroenabled.12': office('Excel', 'xlsm'),
  'application/vnd.ms-powerpoint.presentation.macroenabled.12': office('PowerPoint', 'pptm'),
  'application/msword': office('Word 97', 'doc'),
  'application/vnd.ms-excel': office('Excel 97', 'xls'),
  'application/vnd.ms-powerpoint': office('PowerPoint 97', 'ppt'),
  'application/vnd.oasis.opendocument.text': office('OpenDocument text', 'odt'),
  'application/vnd.oasis.opendocument.spreadsheet': office('OpenDocument spreadsheet', 'ods'),
  'application/vnd.oasis.opendocument.presentation': office('OpenDocument presentation', 'odp'),
  // Word may save RTF under the extension of its own format.
  'application/rtf': office('RTF', 'rtf', 'doc'),
  'text/plain': document('plain text', 'txt', 'text', 'log'),
  'text/markdown': document('Markdown', 'md', 'markdown'),
  'text/csv': document('CSV', 'csv'),
  'text/tab-separated-values': document('TSV', 'tsv'),
  'text/html': document('HTML', 'html', 'htm', 'xhtml'),
};

/** Returns the media types that use this extension; empty for an extension of no supported type. */
export function mediaTypesOfExtension(extension: string): MediaType[] {
  return Object.values(MEDIA_TYPES).filter((type) => type.extensions.includes(extension.toLowerCase()));
}
