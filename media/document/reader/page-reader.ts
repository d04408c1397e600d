import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { MediaError } from '../../../base/errors.ts';
import { REFUSED_THREAD } from '../../../base/machine-error.ts';
import { sandboxedChild, startError } from '../../process/sandboxed-child.ts';
import { LIMITS } from '../limits.ts';
import { FALLBACK_FONT_FOLDERS, PDFJS_FOLDER } from './font-folders.ts';
import type { Answer, Question } from './page-protocol.ts';

export interface PageReader {
  pid: number | undefined;
  /**
   * Throws `ReaderDied` if the child had to be killed or crashed on the question, and pdf.js's own
   * errors by name.
   */
  ask<Value>(question: Question, milliseconds: number): Promise<Value>;
  kill(): void;
}

/** The child died. The message completes a sentence: "page 7 could not be read: …". */
export class ReaderDied extends Error {
  override readonly name = 'ReaderDied';
  /** The child was killed for the time it took. */
  readonly tookTooLong: boolean;

  constructor(message: string, tookTooLong = false) {
    super(message);
    this.tookTooLong = tookTooLong;
  }
}

/** Interval in milliseconds at which the child's memory is checked while it works. */
const LOOK_EVERY = 100;
const PAGE_BYTES = 4096;
const LOG_CHARACTERS = 4096;
/** A hundred times what a start takes. Node waits forever if it is refused a thread at its start. */
const START_SECONDS = 30;

/**
 * Starts the child that reads documents. It is ready after 0.25 s, so start it while the file is
 * still downloading. It has none of our environment (Lambda's holds AWS keys), reads only its own
 * code and the directory, writes only there, and can start no programs.
 */
export function startPageReader(directory: string, { startSeconds = START_SECONDS } = {}): PageReader {
  const canvas = dirname(createRequire(import.meta.url).resolve('@napi-rs/canvas/package.json'));
  const [program, args] = sandboxedChild({
    name: 'read-pages-child',
    parent: import.meta.url,
    heapMiB: LIMITS.heapMiB,
    // The canvas's native binary is in a separate package next to it.
    readable: [PDFJS_FOLDER, `${canvas}*`, ...FALLBACK_FONT_FOLDERS, directory],
    writable: [directory],
    permissions: ['--allow-addons'],
  });
  const child = spawn(program, args, {
    env: { DISABLE_SYSTEM_FONTS_LOAD: '1', TZ: 'UTC', LANG: 'C.UTF-8' },
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr = `${stderr}${chunk}`.slice(-LOG_CHARACTERS);
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`it could not be started: ${error.message}`));
    // Not at `exit`: what it said last may not have arrived by then.
    child.once('close', (code, signal) => resolve(howItEnded(code, signal, stderr)));
  });
  let isLate = false;
  const watchdog = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, startSeconds * 1000);
  const ready = nextMessage(
    child,
    ended.then((how) => (isLate ? `it was not ready within ${startSeconds} s` : how)),
  )
    .finally(() => clearTimeout(watchdog))
    .then(
      () => undefined,
      ({ message: how }: Error) =>
        startError('The page reader', { isLate, signal: child.signalCode, how, log: stderr }),
    );
  return {
    pid: child.pid,
    async ask(question, milliseconds) {
      const failure = await ready;
      if (failure) throw failure;
      try {
        return await ask(child, ended, question, milliseconds);
      } catch (error) {
        if (!(error instanceof ReaderDied) || !REFUSED_THREAD.test(stderr)) throw error;
        throw new MediaError('OutOfMemory', `The page reader was refused a thread: ${stderr}`);
      }
    },
    kill: () => child.kill('SIGKILL'),
  };
}

async function ask<Value>(
  child: ChildProcess,
  ended: Promise<string>,
  question: Question,
  milliseconds: number,
): Promise<Value> {
  let killedFor: string | undefined;
  const kill = (reason: string) => {
    killedFor ??= reason;
    child.kill('SIGKILL');
  };
  let tookTooLong = false;
  const watchdog = setTimeout(() => {
    tookTooLong = killedFor === undefined;
    kill(`it took longer than ${inSeconds(milliseconds)}`);
  }, milliseconds);
  const memory = setInterval(() => {
    if (residentBytes(child.pid) > LIMITS.residentBytes)
      kill(`it needed more than ${LIMITS.residentBytes / 1024 / 1024} MiB of memory`);
  }, LOOK_EVERY);
  try {
    const answer = nextMessage(
      child,
      ended.then((how) => killedFor ?? how),
    );
    // Ignore send errors: the child has exited, and `ended` says why.
    child.send(question, () => {});
    return contentOf(await answer) as Value;
  } catch (error) {
    throw error instanceof ReaderDied && tookTooLong ? new ReaderDied(error.message, true) : error;
  } finally {
    clearTimeout(watchdog);
    clearInterval(memory);
  }
}

/** Rounds, so that pages with about the same limit share one message. */
const inSeconds = (milliseconds: number) =>
  milliseconds < 1000 ? `${milliseconds / 1000} s` : `${Math.round(milliseconds / 1000)} s`;

function nextMessage(child: ChildProcess, ended: Promise<string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    ended.then((how) => {
      child.off('message', resolve);
      reject(new ReaderDied(how));
    });
  });
}

function contentOf(answer: Answer): unknown {
  if ('ready' in answer) throw new Error('The page reader reported ready twice');
  if ('value' in answer) return answer.value;
  const { name, message, code } = answer.error;
  if (code === 'ENOSPC') throw new MediaError('OutOfDisk', `The page reader: ${message}`);
  // A file that is missing or not readable is never the document's fault.
  if (code) throw new Error(`The page reader: ${code}: ${message}`);
  throw Object.assign(new DocumentError(message), { name });
}

/** An error from pdf.js about the document, with pdf.js's own name. */
export class DocumentError extends Error {}

function howItEnded(code: number | null, signal: NodeJS.Signals | null, stderr: string): string {
  if (/heap out of memory|Array buffer allocation failed/.test(stderr)) return 'it ran out of memory';
  return signal ? `the program crashed (${signal})` : `the program exited with code ${code}`;
}

/** Returns 0 if there is no /proc: then only V8's own limit applies. */
function residentBytes(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
