// Compares the product's audio code with plain ffmpeg at the same settings, and its waveform with
// BBC audiowaveform if that is installed. Usage: node bench/audio/bench.ts [runs] [recording]
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audioSource } from '../../media/audio/audio-source.ts';
import { planAudio } from '../../media/audio/plan.ts';
import { probeMedia } from '../../media/ffmpeg/probe-media.ts';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';
import { type Contestant, compare, median, type Result, table } from '../measure.ts';

/**
 * Four minutes of music-like audio: chords that swell and fade over noise, different on each side.
 */
const MUSIC =
  "aevalsrc='0.2*sin(220*2*PI*t)*(1+sin(2*t))+0.1*sin(554.4*2*PI*t)*(1+sin(3*t))+0.1*random(0)*exp(-4*mod(t,0.5))|0.2*sin(329.6*2*PI*t)*(1+cos(2*t))+0.1*sin(880*2*PI*t)*(1+sin(t))+0.1*random(1)*exp(-4*mod(t,0.5))':s=44100:d=240";

const directory = await mkdtemp(join(tmpdir(), 'bench-audio-'));
try {
  await bench(Number(process.argv[2] ?? 5), process.argv[3]);
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function bench(runs: number, given: string | undefined): Promise<void> {
  const recording = given ?? join(directory, 'music.wav');
  if (!given) execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', MUSIC, recording]);
  const source = audioSource(await probeMedia({ input: recording, maxPixels: 36_000_000 }));
  const { encoders } = planAudio(source, { gainDb: 0, outputs: DEFAULT_PROFILE.audio.outputs });
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const encode = encoders.map(
    ({ args, file }) =>
      `ffmpeg -v error -nostdin -y -i ${quoted(recording)} ${args.map(quoted).join(' ')} ${quoted(join(directory, file))}`,
  );
  const shell = (name: string, script: string): Contestant => ({
    name,
    command: 'bash',
    args: ['-c', script],
  });
  const node = (file: string, ...args: string[]) => [
    '--disable-warning=ExperimentalWarning',
    join(import.meta.dirname, file),
    ...args,
  ];
  const outputs = encoders.map(
    ({ args, file }) => `${args.map(quoted).join(' ')} ${quoted(join(directory, file))}`,
  );

  const transcoding = await compare(
    [
      {
        name: 'product',
        command: process.execPath,
        args: node('product.ts', recording, directory, 'whole'),
      },
      {
        name: 'its encoding and peaks alone',
        command: process.execPath,
        args: node('product.ts', recording, directory, 'encode'),
      },
      shell('three runs in turn', encode.join(' && ')),
      shell(
        'one process, three outputs',
        `ffmpeg -v error -nostdin -y -i ${quoted(recording)} ${outputs.join(' ')}`,
      ),
      shell('three runs at once', `${encode.join(' & ')} & wait`),
    ],
    runs,
  );
  console.log(
    `${given ?? 'generated music'}: ${encoders.map(({ output, bitrate }) => `${output.codec} ${bitrate / 1000}k`).join(', ')}`,
  );
  console.log('The product also measures loudness, draws the waveform, checks its outputs.\n');
  console.log(table(transcoding));
  const inTurn = transcoding.find(({ name }) => name === 'three runs in turn')?.wallMs ?? Number.NaN;
  for (const { name, outputs: printed } of transcoding.slice(0, 2)) {
    const wallMs = median(printed.map(Number));
    console.log(`Without Node's own start, ${name}: ${(wallMs / inTurn).toFixed(2)}× of three runs in turn.`);
  }

  const samples = `ffmpeg -v error -nostdin -i ${quoted(recording)} -f s16le pipe:1`;
  const waveform = node('waveform.ts', `${source.sampleRate}`, `${source.channels}`, directory);
  const contestants = [
    shell(
      'ffmpeg | product waveform',
      `${samples} | ${quoted(process.execPath)} ${waveform.map(quoted).join(' ')}`,
    ),
    ...audiowaveform(recording, quoted),
    shell(
      'ffmpeg showwavespic',
      `ffmpeg -v error -nostdin -y -i ${quoted(recording)} -filter_complex showwavespic=s=1800x280 -frames:v 1 ${quoted(join(directory, 'show.png'))}`,
    ),
  ];
  const drawing = await compare(contestants, runs);
  console.log(`\n${table(drawing)}`);
  share(transcoding, drawing);
}

function audiowaveform(recording: string, quoted: (text: string) => string): Contestant[] {
  if (spawnSync('audiowaveform', ['--version']).error) {
    console.log('audiowaveform is not installed: skipped.');
    return [];
  }
  const run = (output: string, more: string) =>
    `audiowaveform -q -i ${quoted(recording)} -o ${quoted(join(directory, output))} ${more}`;
  const script = `${run('bbc.json', '-b 8 -z 256')} && ${run('bbc.png', '-w 1800 -h 280 -z auto')}`;
  return [{ name: 'audiowaveform', command: 'bash', args: ['-c', script] }];
}

function share([product]: Result[], [own]: Result[]): void {
  if (!product || !own) return;
  const milliseconds = median(own.outputs.map(Number));
  const percent = (milliseconds / (product.cpuMs - milliseconds)) * 100;
  console.log(
    `\nWaveform within the product: ${milliseconds} ms of CPU, ${percent.toFixed(1)} % on top of the rest.`,
  );
}
