import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../base/config.ts';
import { probeMedia } from '../../media/ffmpeg/probe-media.ts';
import { runFfmpeg } from '../../media/ffmpeg/run-ffmpeg.ts';
import { scanPackets } from '../../media/ffmpeg/scan-packets.ts';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';
import { encoding } from '../../media/video/encode.ts';
import { planVideo } from '../../media/video/plan.ts';
import { videoSource } from '../../media/video/source/video-source.ts';
import { SETTINGS, transcodeVideo } from '../../media/video/transcode-file.ts';

/**
 * One contestant: `node product.ts whole|encode <video> [directory for the MP4s]`. `whole` is
 * everything that the task does except S3 transfers.
 */
const [what, file = '', keep] = process.argv.slice(2);
const config = readConfig(process.env, SETTINGS);
const directory = await mkdtemp(join(tmpdir(), 'bench-video-'));
try {
  await copyFile(file, join(directory, 'source'));
  if (what === 'encode') await encodeOnly();
  else
    await transcodeVideo({
      profile: DEFAULT_PROFILE,
      ...{ config, directory, stem: 'clip' },
      emit: async ({ name, body }) => {
        if (keep && name.endsWith('p.mp4') && !Buffer.isBuffer(body))
          await copyFile(body.file, join(keep, name));
      },
    });
} finally {
  await rm(directory, { recursive: true });
}

/** Runs only the single ffmpeg run, so that the rest can be separated from it. */
async function encodeOnly(): Promise<void> {
  const run = { input: 'source', cwd: directory, maxPixels: config.MAX_VIDEO_PIXELS, timeoutSeconds: 3600 };
  const probe = await probeMedia(run);
  const plan = planVideo(
    videoSource(probe, await scanPackets(run, probe), config),
    config,
    DEFAULT_PROFILE.video,
  );
  for (const { name } of plan.renditions) await mkdir(join(directory, 'hls', name), { recursive: true });
  await runFfmpeg({ ...run, ...encoding(plan) });
}
