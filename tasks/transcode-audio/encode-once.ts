import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { MediaError } from '../../core/errors.ts';
import type { Damage } from '../../core/media-damage.ts';
import { type FfmpegRun, runFfmpeg } from '../../core/run-ffmpeg.ts';
import { type Peaks, peaksReader } from './peaks.ts';
import type { AudioPlan, Encoder } from './plan.ts';

export interface Decoded {
  /** Samples per channel. */
  frames: number;
  peaks: Peaks;
  log: string;
  damage: Damage;
}

export interface EncodeOnce {
  plan: AudioPlan;
  /** The decoder's run, without its output. */
  decode: Omit<FfmpegRun, 'outputs' | 'onStdout' | 'onProgress'>;
  /** Called for each piece; what it throws ends all of it. */
  onFrames(frames: number): void;
  /** Called when all is decoded and nothing is finished yet; what it throws ends all of it. */
  assertWhole(decoded: Decoded): void;
}

/** Bytes that may wait for one encoder: enough that none waits for another's slow frame. */
const MAX_WAITING = 256 * 1024;

/**
 * Decodes once, and hands the samples to all encoders, each a process of its own, and to the peaks. An encoder is told the end only after
 * the decoder has ended well and the length is right, so no shortened file is ever finished. The first failure ends every process.
 */
export async function encodeOnce({ plan, decode, onFrames, assertWhole }: EncodeOnce): Promise<Decoded> {
  const failed = new AbortController();
  const signal = decode.signal ? AbortSignal.any([failed.signal, decode.signal]) : failed.signal;
  const encoders = plan.encoders.map((encoder) => startEncoder(encoder, plan, { ...decode, signal }));
  const peaks = peaksReader(plan.pcm);

  const decoding = async (): Promise<Decoded> => {
    const { log, damage } = await runFfmpeg({
      ...decode,
      signal,
      outputs: [{ args: ['-map', '[samples]', '-c:a', 'pcm_f32le', '-f', 'f32le'], target: 'pipe:1' }],
      onStdout: async (chunk) => {
        peaks.add(chunk);
        onFrames(peaks.frames());
        await Promise.all(encoders.map((encoder) => encoder.write(chunk)));
      },
    });
    const decoded = { frames: peaks.frames(), peaks: peaks.finish(), log, damage };
    assertWhole(decoded);
    await Promise.all(encoders.map((encoder) => encoder.end()));
    return decoded;
  };

  const all = [decoding(), ...encoders.map((encoder) => encoder.done)] as const;
  for (const work of all) work.catch((error) => failed.abort(error));
  // Also after a failure wait for every process: the directory is removed next.
  await Promise.allSettled(all);
  if (failed.signal.aborted) throw failed.signal.reason;
  return all[0];
}

type EncoderRun = Omit<FfmpegRun, 'outputs'> & { signal: AbortSignal };

function startEncoder(encoder: Encoder, { pcm }: AudioPlan, run: EncoderRun) {
  const input = Promise.withResolvers<Writable>();
  const onStdin = (stdin: Writable) => {
    // A broken pipe is news of the encoder's end, and that is told by `done`.
    stdin.on('error', () => {});
    // A reader blocked on its pipe does not act on SIGTERM.
    run.signal.addEventListener('abort', () => stdin.destroy(), { once: true });
    input.resolve(stdin);
  };
  const { cwd, maxPixels, timeoutSeconds, signal } = run;
  const done = runFfmpeg({
    ...{ cwd, maxPixels, timeoutSeconds, signal },
    input: { args: pcm.args, onStdin },
    outputs: [{ args: encoder.args, target: encoder.file }],
  }).catch((error) => {
    input.reject(error);
    throw encoderError(encoder, error);
  });
  input.promise.catch(() => {});
  return {
    done,
    async write(chunk: Buffer) {
      const stdin = await input.promise;
      stdin.write(chunk);
      if (stdin.writableLength > MAX_WAITING) await once(stdin, 'drain', { signal });
    },
    async end() {
      (await input.promise).end();
    },
  };
}

/** Samples of ours that an encoder refuses are our fault, unless the source itself holds what is no number (broken float WAV). */
function encoderError({ codec }: Encoder, error: unknown): unknown {
  const isTheirs =
    !(error instanceof MediaError) || error.name !== 'CorruptMedia' || /NaN/.test(error.message);
  return isTheirs ? error : new Error(`The ${codec} encoder failed: ${error.message}`, { cause: error });
}
