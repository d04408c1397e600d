import { MediaError } from '../../base/errors.ts';

/** What a scan must list (`-show_entries`) besides its packets' own fields, to find encryption. */
export const ENCRYPTION_ENTRIES =
  'packet_side_data=side_data_type:stream=codec_tag_string:stream_tags=enc_key_id';
/**
 * Sample entries of encrypted tracks that ffmpeg keeps (CENC, FairPlay, Audible), and what it tells of
 * CENC's packets, of which the first may be clear. Both stand at the end of a line.
 */
const ENCRYPTED_LINE = /(^|,)(enc[av]|drm[is]|aavd|Encryption info),?$/;
/** What it tells of WebM's: the track has a key, base64, behind its (empty) tag. */
const KEY_LINE = /^(stream,)?(\[0\]){4},[\w+/]+=*$/;
/** What it logs of Windows Media's. */
const ENCRYPTED_LOG = /DRM protected stream detected/;

/** Reads the lines and the log of a scan. */
export function encryptionReader(): { read(line: string): void; assertPlayable(log: string): void } {
  let isEncrypted = false;
  return {
    read(line) {
      isEncrypted ||= ENCRYPTED_LINE.test(line) || KEY_LINE.test(line);
    },
    /** Throws `UnsupportedMediaType` if the file is encrypted. */
    assertPlayable(log) {
      if (isEncrypted || ENCRYPTED_LOG.test(log))
        throw new MediaError('UnsupportedMediaType', 'Expected a playable file, got an encrypted one (DRM).');
    },
  };
}
