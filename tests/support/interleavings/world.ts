import { readFileSync } from 'node:fs';
import { recordOutcome } from '../../../lambdas/record-outcome/record-outcome.ts';
import { removeOutputs } from '../../../lambdas/remove-outputs/remove-outputs.ts';
import { substitutions } from '../../../local/resources.ts';
import { substitute } from '../../../local/states/substitute.ts';
import { type Faults, memoryCloud } from '../aws-in-memory/cloud.ts';
import { type BucketEvent, S3Bucket } from '../aws-in-memory/s3/s3-bucket.ts';
import type { Definition } from '../aws-in-memory/states/asl.ts';
import type { StatusDetail } from '../aws-in-memory/states/execution.ts';
import { StateMachine } from '../aws-in-memory/states/state-machine.ts';
import { type Process, type Strategy, Turns } from '../aws-in-memory/turns.ts';
import type { Random } from '../random.ts';
import { deliveries } from './deliveries.ts';
import { integrations } from './integrations.ts';
import { platform, type Run } from './platform.ts';
import { productDeps } from './product.ts';
import { MACHINE, MEDIA_BUCKET, OUTPUT_BUCKET, QUEUE_TABLE } from './settings.ts';

const DEFINITION: Definition = JSON.parse(
  substitute(
    readFileSync(new URL('../../../state-machines/media-pipeline.asl.json', import.meta.url), 'utf8'),
    substitutions(),
  ),
);
const START = Date.parse('2026-01-01T00:00:00Z');
/** Milliseconds that pass with every turn. */
const TURN = 7;

interface Options {
  random: Random;
  strategy: Strategy;
  faults: Faults;
  /** Hours by which the clock of a function or a task is wrong at most. */
  skew?: number | undefined;
}

/** The whole product on AWS in memory, whose processes take turns in an order given by `random`. */
export function createWorld({ random, strategy, faults, skew = 0 }: Options) {
  let clock = START;
  const now = () => clock;
  const date = () => new Date(clock);
  const turns = new Turns(random, strategy, () => {
    clock += TURN;
  });
  const programs = platform(turns);
  const deliver = deliveries(turns, random);

  const deletions: { name: string; key: string; versionId: string; permanent: boolean; sequencer: string }[] =
    [];
  const inLambda = (name: string, work: (deps: ReturnType<typeof depsOf>) => Promise<unknown>) =>
    programs.start(name, 'function', (run) => work(depsOf(run))).ended;
  /** Like a function without a time limit. */
  const inTask = (
    name: string,
    work: (deps: ReturnType<typeof depsOf>, process: Process) => Promise<unknown>,
  ) => programs.start(name, 'task', (run) => work(depsOf(run), run.process)).ended;
  const onBucketEvent = (event: BucketEvent) => {
    const input = s3Event(event);
    const { permanent, sequencer } = event;
    const { key, versionId } = event.version;
    if (event.type === 'Object Created')
      deliver.event(`created ${key} ${versionId}`, async () => {
        machine.start(`e${random.below(1e9)}`, JSON.stringify(input));
      });
    else {
      const name = `deleted ${key} ${versionId} ${sequencer}`;
      deletions.push({ name, key, versionId, permanent, sequencer });
      deliver.event(name, (run) => inLambda(run, (deps) => removeOutputs(deps, input)));
    }
  };
  const onStatus = (detail: StatusDetail) => {
    const { status, redriveCount } = detail;
    if (status === 'SUCCEEDED' || (status === 'RUNNING' && redriveCount === 0)) return;
    deliver.event(`${status} ${redriveCount}`, (name) =>
      inLambda(name, (deps) => recordOutcome(deps, { detail })),
    );
  };

  const media = new S3Bucket(random, onBucketEvent, date);
  const outputs = new S3Bucket(random, undefined, date);
  const machine: StateMachine = new StateMachine({
    arn: MACHINE,
    definition: DEFINITION,
    integrations: integrations({
      ...{ platform: programs, random, machine: () => machine },
      depsOf: (run) => depsOf(run),
      call: (name, command, input) => {
        const { send } = cloud.client(turns.process(name));
        return send({ input, constructor: { name: command } }) as Promise<Record<string, unknown>>;
      },
    }),
    ...{ turns, random, now: date, onStatus },
  });
  const buckets = new Map([
    [MEDIA_BUCKET, media],
    [OUTPUT_BUCKET, outputs],
  ]);
  const cloud = memoryCloud({
    turns,
    random,
    now,
    buckets,
    machine,
    pageSize: 3,
    queueTable: QUEUE_TABLE,
    faults,
  });
  const depsOf = (run: Run) => {
    if (skew === 0) return productDeps(cloud.client(run.process), date);
    // Jumps with every look, as if it were set again and again.
    const wrong = () => new Date(clock + Math.round((random.below(2001) / 1000 - 1) * skew * 3_600_000));
    return productDeps(cloud.client(run.process), wrong);
  };

  return {
    ...{
      random,
      turns,
      machine,
      media,
      outputs,
      cloud,
      programs,
      deliver,
      deletions,
      depsOf,
      inLambda,
      inTask,
    },
    now,
    pass: (milliseconds: number) => {
      clock += milliseconds;
    },
  };
}

export type World = ReturnType<typeof createWorld>;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
function s3Event({ type, version, permanent, sequencer }: BucketEvent): object {
  const { key, versionId, etag, body } = version;
  const object = {
    ...{ key, 'version-id': versionId, sequencer },
    ...(type === 'Object Created' && { size: body?.length, etag: etag.replaceAll('"', '') }),
  };
  const deletion = permanent ? 'Permanently Deleted' : 'Delete Marker Created';
  return {
    ...{ source: 'aws.s3', 'detail-type': type },
    detail: {
      bucket: { name: MEDIA_BUCKET },
      object,
      ...(type === 'Object Deleted' && { 'deletion-type': deletion }),
    },
  };
}
