import { copyFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';
import { encodeChunk } from '../../media/video/chunks/encode-chunk.ts';
import { joinVideo } from '../../media/video/chunks/join-video.ts';
import { transcodeVideo } from '../../media/video/transcode-file.ts';
import { copyRanges, directoryFiles } from '../../tests/support/films/film.ts';
import { CONFIG } from '../../tests/unit/media/video/transcode.ts';

/**
 * One task of a film: `node film-phase.ts whole|split|chunk|join <video> <directory between the tasks>
 * <seconds of a chunk> [number]`. Prints the most megabytes that it had on disk.
 */
const [phase = '', video = '', between = '', seconds = '', number = '0'] = process.argv.slice(2);
const directory = await mkdtemp(join(tmpdir(), 'bench-film-'));
let peakBytes = 0;
const watch = setInterval(() => void look(), 100);
const files = directoryFiles(between);
const work = {
  ...{
    config: { ...CONFIG, PROCESSING_TIMEOUT: 7200 },
    profile: DEFAULT_PROFILE,
    directory,
    files,
    stem: 'film',
  },
  emit: () => Promise.resolve(),
};
try {
  if (phase === 'chunk') {
    await encodeChunk(
      { ...work, readSource: (file, ranges, bytes) => copyRanges(video, file, { ranges, bytes }) },
      Number(number),
    );
  } else if (phase === 'join') await joinVideo(work);
  else {
    await copyFile(video, join(directory, 'source'));
    const config = { CHUNK_ABOVE_SECONDS: 1, CHUNK_SECONDS: Number(seconds) };
    const onWhole = (why: string) => {
      throw new Error(`Expected chunks: ${why}`);
    };
    await transcodeVideo({ ...work, split: phase === 'split' ? { config, files, onWhole } : undefined });
  }
  await look();
} finally {
  clearInterval(watch);
  await rm(directory, { recursive: true });
}
console.log(JSON.stringify({ diskMiB: peakBytes / 2 ** 20 }));

/** Blocks, not sizes: the upload of a chunk has holes. */
async function look(): Promise<void> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const bytes = await Promise.all(
    names.map((name) =>
      stat(join(directory, name)).then(
        ({ blocks }) => blocks * 512,
        () => 0,
      ),
    ),
  );
  peakBytes = Math.max(
    peakBytes,
    bytes.reduce((sum, one) => sum + one, 0),
  );
}
