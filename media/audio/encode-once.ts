import type { Writable } from 'node:stream';
import { MediaError } from '../../base/errors.ts';
import type { Damage } from '../ffmpeg/media-damage.ts';
import { type FfmpegRun, runFfmpeg } from '../ffmpeg/run-ffmpeg.ts';
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
  /** Called for each piece with all frames so far; what it throws ends all of it. */
  onFrames(frames: number): void;
  /** Called when all is decoded and nothing is finished yet; what it throws ends all of it. */
  assertWhole(decoded: Decoded): void;
}

/**
 * Decodes once; the samples go straight from the decoder to the encoders, each a process of its own, and at 16 bits to this one for the
 * peaks. The far ends of the encoders' pipes stay open here until the decoder has ended well and the length is right, so no shortened
 * file is ever finished. The first failure ends every process.
 */
export async function encodeOnce({ plan, decode, onFrames, assertWhole }: EncodeOnce): Promise<Decoded> {
  const failed = new AbortController();
  const signal = decode.signal ? AbortSignal.any([failed.signal, decode.signal]) : failed.signal;
  const encoders = plan.encoders.map((encoder) => startEncoder(encoder, plan, { ...decode, signal }));
  const peaks = peaksReader(plan.pcm);

  const decoding = async (): Promise<Decoded> => {
    const inputs = await Promise.all(encoders.map((encoder) => encoder.input));
    const { log, damage } = await runFfmpeg({
      ...decode,
      signal,
      pipes: inputs,
      outputs: [
        { args: ['-map', '[peaks]', '-f', 's16le'], target: 'pipe:1' },
        ...inputs.map((_, i) => ({
          args: ['-map', `[samples${i}]`, '-f', plan.pcm.format],
          target: `pipe:${4 + i}`,
        })),
      ],
      onStdout(chunk) {
        peaks.add(chunk);
        onFrames(peaks.frames());
      },
    });
    const decoded = { frames: peaks.frames(), peaks: peaks.finish(), log, damage };
    assertWhole(decoded);
    for (const input of inputs) input.end();
    return decoded;
  };

  const all = [decoding(), ...encoders.map((encoder) => encoder.done)] as const;
  // Where an encoder breaks, the decoder's pipe does too, and may be the first to tell; the encoder knows why.
  all[0].catch((error) => /Broken pipe/.test(error.message) || failed.abort(error));
  for (const { done } of encoders) done.catch((error) => failed.abort(error));
  // Also after a failure wait for every process: the directory is removed next.
  await Promise.allSettled(all);
  if (failed.signal.aborted) throw failed.signal.reason;
  return all[0];
}

/** What the decoder's filters must call the copies of the samples that `encodeOnce` takes. */
export const padsOf = ({ encoders }: AudioPlan) => ['peaks', ...encoders.map((_, i) => `samples${i}`)];

type EncoderRun = Omit<FfmpegRun, 'outputs'> & { signal: AbortSignal };

function startEncoder(encoder: Encoder, { pcm }: AudioPlan, run: EncoderRun) {
  const input = Promise.withResolvers<Writable>();
  const onStdin = (stdin: Writable) => {
    // A broken pipe is news of the encoder's end, and that is told by `done`.
    stdin.on('error', () => {});
    // A reader that waits for its pipe does not act on SIGTERM.
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
    throw encoderError(encoder, pcm.format, error);
  });
  input.promise.catch(() => {});
  return { input: input.promise, done };
}

/** Samples that an encoder refuses are our fault; only floating-point ones can be no numbers, and LAME crashes on those. */
function encoderError({ codec }: Encoder, format: AudioPlan['pcm']['format'], error: unknown): unknown {
  if (!(error instanceof MediaError) || error.name !== 'CorruptMedia') return error;
  return format === 'f32le' && /NaN|crash/.test(error.message)
    ? new MediaError('CorruptMedia', 'The sound holds samples that are no numbers.', { cause: error })
    : new Error(`The ${codec} encoder failed: ${error.message}`, { cause: error });
}
