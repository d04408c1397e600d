import { describe, expect, test } from '@jest/globals';
import { MediaError } from '../../../../base/errors.ts';
import { ffmpegError, lastLines } from '../../../../media/ffmpeg/ffmpeg-errors.ts';

const ended = (code: number | null, log = '', signal: NodeJS.Signals | null = null) => ({
  code,
  signal,
  log,
});

describe('the error of a program that ended', () => {
  test.each([
    ['well', ended(0, 'some remark'), undefined],
    ['by the kernel’s out-of-memory killer', ended(null, '', 'SIGKILL'), 'OutOfMemory'],
    ['by a limit, seen through a shell', ended(137), 'OutOfMemory'],
    ['by a signal from outside', ended(null, '', 'SIGTERM'), 'Interrupted'],
    ['politely after a signal', ended(255, 'Exiting normally, received signal 15.'), 'Interrupted'],
    ['for lack of memory', ended(1, 'x: Cannot allocate memory'), 'OutOfMemory'],
    [
      'at a header that asks for too much memory',
      ended(1, '[mov,mp4 @ 0x5] error reading header\nfile:source: Cannot allocate memory'),
      'CorruptMedia',
    ],
    [
      'at too many tracks, which also say that memory is lacking',
      ended(1, 'Number of streams exceeds max_streams parameter (32)\nCannot allocate memory'),
      'TooManyStreams',
    ],
    ['without a thread', ended(1, '[mjpeg] ff_frame_thread_encoder_init failed'), 'OutOfMemory'],
    ['at a full disk', ended(1, 'av_interleaved_write_frame(): No space left on device'), 'OutOfDisk'],
    [
      'at a picture that is too large',
      ended(1, 'Picture size 16000x16000 exceeds specified max pixel count 36000000'),
      'TooManyPixels',
    ],
    [
      'at a format that may not be opened',
      ended(1, "[hls @ 0x5] Format not on whitelist 'mov'"),
      'UnsupportedMediaType',
    ],
    ['for lack of an encoder', ended(1, "Unknown encoder 'libx264'"), 'MissingResource'],
    ['at too many broken frames', ended(69, 'Conversion failed!'), 'CorruptMedia'],
    ['for any other reason', ended(1, 'Invalid data found when processing input'), 'CorruptMedia'],
  ])('%s', (_label, outcome, name) => {
    expect(ffmpegError('ffmpeg', outcome)?.name).toBe(name);
  });

  test('that this side stopped is the reason for stopping', () => {
    const stopped = new MediaError('Superseded', 'Nobody waits.');
    expect(ffmpegError('ffmpeg', { ...ended(255), stopped })).toBe(stopped);
  });
});

test('a message holds the last lines, without what differs from run to run', () => {
  const log = "one\ntwo\n[mov @ 0x55bc3c4c1bc0] three on whitelist 'a,b,c'\n[h264 @ 0x1] four\nfive\n";
  expect(lastLines(log)).toBe('[mov] three supported | [h264] four | five');
  expect(lastLines('')).toBe('no output');
  expect(lastLines('x'.repeat(5000))).toHaveLength(600);
});

test('a message names the problem, not the summaries that ffmpeg prints after it', () => {
  const log = `[mp3float @ 0x1] Header missing
Error while decoding stream #0:0: Invalid data found when processing input
[ebur128@source @ 0x2] Summary:

  Integrated loudness:
    I:          -9.0 LUFS

  True peak:
    Peak:       -8.3 dBFS
Conversion failed!`;
  expect(lastLines(log)).toBe(
    '[mp3float] Header missing | Error while decoding stream #0:0: Invalid data found when processing input',
  );
});

test.each([
  ['[cinepak @ 0x5] Codec (cinepak) not on whitelist', 'UnsupportedMediaType', 'cinepak'],
  ['[mov,mp4 @ 0x5] moov atom not found', 'CorruptMedia', 'its index (moov) is missing'],
])('%s: %s, and says so', (log, name, words) => {
  expect(ffmpegError('ffprobe', ended(1, log))).toMatchObject({
    name,
    message: expect.stringContaining(words),
  });
});
