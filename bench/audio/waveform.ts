// One contestant: only the product's waveform. Reads 16-bit samples from stdin; arguments: sample
// rate, channels, folder for JSON and PNG. Prints the CPU time of the waveform itself, without
// Node's startup and without the pipe.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { peaksReader } from '../../media/audio/peaks.ts';
import { waveformJson, waveformPng } from '../../media/audio/waveform.ts';

const [, , sampleRate, channels, directory = '.'] = process.argv;
const peaks = peaksReader({ sampleRate: Number(sampleRate), channels: Number(channels) });
let milliseconds = 0;
for await (const chunk of process.stdin) {
  const before = process.cpuUsage();
  peaks.add(chunk as Buffer);
  milliseconds += spent(before);
}
const before = process.cpuUsage();
const finished = peaks.finish();
await writeFile(join(directory, 'waveform.json'), waveformJson(finished));
await writeFile(join(directory, 'waveform.png'), await waveformPng(finished));
milliseconds += spent(before);
console.log(milliseconds.toFixed(0));

function spent(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
