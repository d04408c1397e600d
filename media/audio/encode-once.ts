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
  /** The decoder's run, without its outputs. */
  decode: Omit<FfmpegRun, 'outputs' | 'onStdout' | 'onProgress'>;
  /**
   * Called for each chunk with the total frame count so far; an error it throws aborts everything.
   */
  onFrames(frames: number): void;
  /**
   * Called when decoding is complete and before any encoder finishes; an error it throws aborts
   * everything.
   */
  assertWhole(decoded: Decoded): void;
}

/**
 * Decodes once. The samples go straight from the decoder to the encoders, each a separate process,
 * and as 16-bit samples to this process for the peaks. The write ends of the encoders' pipes stay
 * open here until the decoder has succeeded and the length is right, so no truncated file is ever
 * finalized. The first failure ends every process.
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
  // If an encoder fails, the decoder's pipe breaks too, and the decoder may report first; only the
  // encoder knows why.
  all[0].catch((error) => /Broken pipe/.test(error.message) || failed.abort(error));
  for (const { done } of encoders) done.catch((error) => failed.abort(error));
  // Wait for every process even after a failure: the directory is removed next.
  await Promise.allSettled(all);
  if (failed.signal.aborted) throw failed.signal.reason;
  return all[0];
}

/** Returns the filter output labels that `encodeOnce` maps; the decoder's filters must use them. */
export const padsOf = ({ encoders }: AudioPlan) => ['peaks', ...encoders.map((_, i) => `samples${i}`)];

type EncoderRun = Omit<FfmpegRun, 'outputs'> & { signal: AbortSignal };

function startEncoder(encoder: Encoder, { pcm }: AudioPlan, run: EncoderRun) {
  const input = Promise.withResolvers<Writable>();
  const onStdin = (stdin: Writable) => {
    // A broken pipe means that the encoder has ended, which `done` reports.
    stdin.on('error', () => {});
    // An encoder blocked on reading its pipe does not react to SIGTERM.
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

/**
 * Maps an encoder's error. Samples that an encoder rejects are our fault, except NaN, which only
 * floating-point samples can be and which crashes LAME.
 */
function encoderError(
  { output: { codec } }: Encoder,
  format: AudioPlan['pcm']['format'],
  error: unknown,
): unknown {
  if (!(error instanceof MediaError) || error.name !== 'CorruptMedia') return error;
  return format === 'f32le' && /NaN|crash/.test(error.message)
    ? new MediaError('CorruptMedia', 'The audio contains NaN samples.', { cause: error })
    : new Error(`The ${codec} encoder failed: ${error.message}`, { cause: error });
}
