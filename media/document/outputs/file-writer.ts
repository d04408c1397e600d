import { type FileHandle, open } from 'node:fs/promises';
import { MediaError } from '../../../base/errors.ts';

const BUFFER = 64 * 1024;

/**
 * Writes a text file in chunks. Unlike a stream, it reports an error only where it is awaited: an
 * error of a stream without a listener, because the surrounding work has failed, would crash the
 * whole process.
 */
export class FileWriter {
  private readonly handle: FileHandle;
  private pending = '';
  private closed = false;

  private constructor(handle: FileHandle) {
    this.handle = handle;
  }

  static async open(path: string): Promise<FileWriter> {
    return new FileWriter(await open(path, 'w'));
  }

  async write(text: string): Promise<void> {
    this.pending += text;
    if (this.pending.length >= BUFFER) await this.flush();
  }

  /** Writes the rest and closes the file. */
  async end(): Promise<void> {
    await this.flush();
    await this.release();
  }

  /** Closes the file without writing the rest; does nothing after `end`. */
  async release(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.handle.close();
  }

  private async flush(): Promise<void> {
    const text = this.pending;
    this.pending = '';
    try {
      await this.handle.appendFile(text);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      throw new MediaError('OutOfDisk', 'Expected room for the text of the document, got a full disk.', {
        cause: error,
      });
    }
  }
}
