const [, , photoArgument, targetArgument] = process.argv;
if (!photoArgument || !targetArgument) throw new Error('Expected a photo and a folder for its outputs.');
export const photo = photoArgument;
export const target = targetArgument;

export const LIMITS = {
  maxBytes: 200 * 1024 * 1024,
  maxPixels: 150_000_000,
  maxFrames: 1000,
  avif: false,
  concurrency: 0,
};

/** Runs the work and prints what it took of this process alone, without Node's own start. */
export async function report(work: () => Promise<void>): Promise<void> {
  const started = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ wallMs: performance.now() - started, cpuMs: (user + system) / 1000 }));
}
