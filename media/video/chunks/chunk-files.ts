/** Files that the tasks of one film pass on to each other. Names may have slashes. */
export interface ChunkFiles {
  write(name: string, body: Buffer | { file: string }): Promise<void>;
  /** Undefined if there is none. */
  read(name: string): Promise<Buffer | undefined>;
  download(name: string, file: string): Promise<void>;
}
