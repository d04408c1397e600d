import { readConfig } from '../../base/config.ts';
import type { Resource } from '../mocked-deployment.ts';
import type { CostLine } from './cost-lines.ts';
import { PRICES } from './prices.ts';

/**
 * Usage of one job of each kind. CPU seconds were measured in bench/ on an x86 core and assumed to
 * be the same on Graviton; calls were counted in a run of the pipeline.
 */
export const USE = {
  /** A 12-megapixel JPEG: 1.4 CPU seconds, on the 1.7 vCPUs of 3,008 MB. */
  image: { seconds: 1.3, transitions: 5, writes: 20, puts: 9, gets: 3 },
  /**
   * A 14-page PDF with an image and the text of each page, read in a child process on 1.7 vCPUs.
   */
  document: { seconds: 3.5, transitions: 5, writes: 20, puts: 27, gets: 3 },
  /** LibreOffice: start of the container and the program, and the conversion. */
  office: { seconds: 45, transitions: 1, writes: 28, puts: 1, gets: 1 },
  /**
   * Per minute of 1080p30 to three renditions, HLS and images: 132 CPU seconds; per job 40 s until
   * the program runs.
   */
  video: {
    processorSecondsPerMinute: 132,
    start: 40,
    transitions: 6,
    writesPerMinute: 60,
    putsPerMinute: 40,
  },
  /**
   * Per chunk of a film: seconds that are encoded besides its own, and S3 requests for some hundred MB in
   * parts.
   */
  chunk: { transitions: 1, encodedTwice: 5, puts: 12, gets: 20 },
  /** Four minutes of sound to three formats, loudness and waveform: 10.9 CPU seconds. */
  audio: { processorSecondsPerMinute: 2.7, start: 40, transitions: 5, writes: 20, puts: 9, gets: 2 },
} as const;

/**
 * Write and read units that a waiting job adds, of `npm run simulate -- burst --kind video --jobs
 * 20000 --slots 20`: no state, transition or invocation.
 */
const WAITING = { writes: 4.1, reads: 12.3 };

/** Encoders do not keep every core busy all the time. */
export const UTILIZATION = 0.85;
/** Usage of admission, and of all logs: state machine, functions, tasks. */
const ADMIT_GIGABYTE_SECONDS = 0.5 * 0.2;
const LOG_GIGABYTES = 25e-6;
const TRACED = 0.05;

const around = (transitions: number, writes: number, puts: number, gets: number): CostLine[] => [
  { what: 'admission', cost: PRICES.lambda.request + ADMIT_GIGABYTE_SECONDS * PRICES.lambda.gigabyteSecond },
  { what: 'state transitions', cost: transitions * PRICES.stepFunctions.transition },
  { what: 'job row and its indexes', cost: writes * PRICES.dynamodb.write + 11 * PRICES.dynamodb.read },
  { what: 'S3 requests', cost: puts * PRICES.s3.put + gets * PRICES.s3.get },
  {
    what: 'events, logs, traces',
    // S3's event and our own.
    cost:
      2 * PRICES.eventBridge.event +
      PRICES.sns.publish +
      LOG_GIGABYTES * PRICES.logs.gigabyte +
      TRACED * 6 * PRICES.xray.trace,
  },
];

const functionSeconds = (deployment: readonly Resource[], name: string, seconds: number): CostLine => {
  const memory =
    deployment.find(({ address }) => address === `module.${name}.aws_lambda_function.this`)?.values
      .memory_size / 1024;
  return {
    what: `processing, ${seconds} s of ${memory.toFixed(1)} GB`,
    cost: PRICES.lambda.request + seconds * memory * PRICES.lambda.gigabyteSecond,
  };
};

const taskHour = (deployment: readonly Resource[], name: string) => hourOf(taskSize(deployment, name));

function taskSize(deployment: readonly Resource[], name: string) {
  const values = deployment.find(
    ({ address }) => address === `module.${name}.aws_ecs_task_definition.this`,
  )?.values;
  return {
    cpu: Number(values?.cpu),
    memory: Number(values?.memory),
    storage: Number(values?.ephemeral_storage[0].size_in_gib),
  };
}

function hourOf({ cpu, memory, storage }: { cpu: number; memory: number; storage: number }) {
  const vcpu = cpu / 1024;
  const cost =
    vcpu * PRICES.fargate.vcpuHour +
    (memory / 1024) * PRICES.fargate.gigabyteHour +
    Math.max(0, storage - PRICES.fargate.freeStorage) * PRICES.fargate.storageGigabyteHour;
  return { cost, vcpu };
}

/** Returns what an hour of a video task costs, and of the larger one after a lack of memory. */
export function videoTaskHours(deployment: readonly Resource[]): { normal: number; larger: number } {
  const machine = deployment.find(({ address }) => address === 'aws_sfn_state_machine.media_pipeline')?.values
    .definition;
  const { Cpu, Memory } = JSON.parse(machine).States.TranscodeVideoInLargerTask.Parameters.Overrides;
  const normal = taskSize(deployment, 'transcode_video');
  const larger = { ...normal, cpu: Number(Cpu), memory: Number(Memory) };
  return { normal: hourOf(normal).cost, larger: hourOf(larger).cost };
}

/** Returns what it costs that so many jobs wait, however long. */
export const waiting = (jobs: number): number =>
  jobs * (WAITING.writes * PRICES.dynamodb.write + WAITING.reads * PRICES.dynamodb.read);

const times = (count: number, lines: readonly CostLine[]) =>
  lines.map(({ what, cost }) => ({ what, cost: count * cost }));

export function thousandImages(deployment: readonly Resource[]): CostLine[] {
  const { seconds, transitions, writes, puts, gets } = USE.image;
  return times(1000, [
    functionSeconds(deployment, 'process_image', seconds),
    ...around(transitions, writes, puts, gets),
  ]);
}

export function hundredDocuments(deployment: readonly Resource[]): CostLine[] {
  const { seconds, transitions, writes, puts, gets } = USE.document;
  return times(100, [
    functionSeconds(deployment, 'process_document', seconds),
    ...around(transitions, writes, puts, gets),
  ]);
}

/** Returns the additional cost of Office documents. */
export function hundredConversions(deployment: readonly Resource[]): CostLine[] {
  const { seconds, transitions, writes, puts, gets } = USE.office;
  const { cost } = taskHour(deployment, 'convert_office_document');
  // Fargate bills at least one minute.
  const work = {
    what: `LibreOffice, ${seconds} s, billed as one minute`,
    cost: (Math.max(60, seconds) / 3600) * cost,
  };
  const calls =
    transitions * PRICES.stepFunctions.transition +
    writes * PRICES.dynamodb.write +
    puts * PRICES.s3.put +
    gets * PRICES.s3.get;
  return times(100, [work, { what: 'state transitions and API calls', cost: calls }]);
}

/**
 * Returns the cost per minute of a video of the given length: the longer it is, the less the task's
 * start matters.
 */
export function videoMinute(deployment: readonly Resource[], minutes: number, spot = false): CostLine[] {
  const { processorSecondsPerMinute, start, transitions, writesPerMinute, putsPerMinute } = USE.video;
  const { cost, vcpu } = taskHour(deployment, 'transcode_video');
  const perHour = cost * (spot ? PRICES.fargate.spotShare : 1);
  const encode = processorSecondsPerMinute / vcpu / UTILIZATION;
  const started = Math.max(0, 60 - minutes * encode, start) / minutes;
  const once = around(transitions, 20, 12, 2).reduce((sum, line) => sum + line.cost, 0) / minutes;
  return [
    { what: `encoding, ${encode.toFixed(0)} s of ${vcpu} vCPU`, cost: (encode / 3600) * perHour },
    { what: `task startup, spread over ${minutes} minutes`, cost: (started / 3600) * perHour },
    {
      what: 'progress and uploads',
      cost: writesPerMinute * PRICES.dynamodb.write + putsPerMinute * PRICES.s3.put,
    },
    { what: 'other per-job costs', cost: once },
  ];
}

/** Returns what a film costs more than the same video in one task. */
export function filmInChunks(deployment: readonly Resource[], minutes: number): CostLine[] {
  const { CHUNK_SECONDS } = readConfig({}, ['CHUNK_SECONDS']);
  const { processorSecondsPerMinute, start } = USE.video;
  const { transitions, encodedTwice, puts, gets } = USE.chunk;
  const { cost, vcpu } = taskHour(deployment, 'transcode_video');
  const chunks = (minutes * 60) / CHUNK_SECONDS;
  // Besides the chunks: the sound and the join.
  const tasks = chunks + 2;
  const again = (chunks * encodedTwice * processorSecondsPerMinute) / 60 / vcpu / UTILIZATION;
  return [
    { what: `starts of ${tasks} more tasks`, cost: ((tasks * start) / 3600) * cost },
    { what: `${encodedTwice} s around each chunk, encoded in vain`, cost: (again / 3600) * cost },
    { what: 'state transitions', cost: (tasks * transitions + 1) * PRICES.stepFunctions.transition },
    { what: 'S3 requests', cost: tasks * (puts * PRICES.s3.put + gets * PRICES.s3.get) },
  ];
}

/** Returns the cost of recordings of the given length. Fargate bills at least one minute. */
export function recordings(deployment: readonly Resource[], count: number, minutes: number): CostLine[] {
  const { processorSecondsPerMinute, start, transitions, writes, puts, gets } = USE.audio;
  const { cost, vcpu } = taskHour(deployment, 'transcode_audio');
  const seconds = start + (minutes * processorSecondsPerMinute) / vcpu / UTILIZATION;
  const billed = Math.max(60, seconds);
  const what = `encoding, ${seconds.toFixed(0)} s of ${vcpu} vCPU${seconds < 60 ? ', billed as one minute' : ''}`;
  const calls = around(transitions, writes, puts, gets);
  return times(count, [{ what, cost: (billed / 3600) * cost }, ...calls]);
}

/** Returns MediaConvert's cost per minute; it bills each minute of each output. */
export function mediaConvertMinute(outputs: 'MP4' | 'MP4 and HLS'): CostLine[] {
  const { sdMinute, hdMinute } = PRICES.mediaConvert;
  const each = outputs === 'MP4' ? 1 : 2;
  return [
    { what: '480p', cost: each * sdMinute },
    { what: '720p', cost: each * hdMinute },
    { what: '1080p', cost: each * hdMinute },
  ];
}
