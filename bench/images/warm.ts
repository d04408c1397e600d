// Runs in one warm process, like a Lambda after its first image: product, naive sharp and only the
// encoders, in turn. Arguments: photo, folder, runs.
import { median } from '../measure.ts';
import { encodersAlone, naiveSharp } from './peers.ts';
import { product } from './product.ts';

const [, , photo = '', target = '', runs = '5'] = process.argv;
const encoders = await encodersAlone(photo);
const contestants = {
  product: () => product(photo, target),
  naive: () => naiveSharp(photo, target),
  encoders,
};

const samples = Object.entries(contestants).map(([name, run]) => ({ name, run, wall: [0], cpu: [0] }));
for (let round = -1; round < Number(runs); round++) {
  for (const { run, wall, cpu } of samples) {
    const [started, before] = [performance.now(), process.cpuUsage()];
    await run();
    const { user, system } = process.cpuUsage(before);
    // The first round is the warm-up.
    if (round < 0) continue;
    wall[round] = performance.now() - started;
    cpu[round] = (user + system) / 1000;
  }
}
console.log(
  JSON.stringify(samples.map(({ name, wall, cpu }) => ({ name, wallMs: median(wall), cpuMs: median(cpu) }))),
);
