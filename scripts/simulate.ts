import { parseArgs } from 'node:util';
import { log } from '../base/log.ts';
import { simulateBurst } from './simulate/burst.ts';
import { KINDS_OF_UPLOAD, spread, type UploadKind } from './simulate/product/uploads.ts';

const USAGE = `Usage: npm run simulate -- burst --kind ${Object.keys(KINDS_OF_UPLOAD).join('|')} --jobs N --slots N
  [--seed N] [--over SECONDS] [--seconds MEAN] [--chunks N] [--tenants N] [--weights a=2,b=1 | spread]
  [--percent N] [--small-at SECONDS] [--deaths P] [--out-of-memory P]`;

const OPTIONS = {
  kind: { type: 'string', default: 'video' },
  jobs: { type: 'string', default: '1000' },
  slots: { type: 'string', default: '20' },
  seed: { type: 'string', default: '1' },
  /** Seconds in which the uploads arrive. */
  over: { type: 'string', default: '0' },
  seconds: { type: 'string', default: '60' },
  /** Into which each video is split; 0: none is. */
  chunks: { type: 'string', default: '0' },
  tenants: { type: 'string', default: '1' },
  /** `spread`: 1, 2, 3, 1, 2, 3, … */
  weights: { type: 'string', default: '' },
  /** MAX_TENANT_TASK_PERCENT. */
  percent: { type: 'string', default: '100' },
  /** When a tenant of its own uploads one file. */
  'small-at': { type: 'string' },
  deaths: { type: 'string', default: '0' },
  'out-of-memory': { type: 'string', default: '0' },
} as const;

/** Simulates a burst of uploads, and prints what came of it as one line of JSON. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  if (positionals.join() !== 'burst' || !(values.kind in KINDS_OF_UPLOAD)) throw new Error(USAGE);
  const number = (name: keyof typeof values) => {
    const value = Number(values[name]);
    if (!Number.isFinite(value) || value < 0)
      throw new Error(`Expected a number in --${name}, got ${values[name]}`);
    return value;
  };
  // What the product logs would be more than the report.
  log.setLogLevel('SILENT');
  const tenants = Array.from({ length: Math.max(1, number('tenants')) }, (_, i) => `tenant-${i}`);
  const arrivals = spread(number('jobs'), { over: number('over'), tenants });
  if (values['small-at'] !== undefined) arrivals.push({ at: number('small-at'), tenantId: 'small' });
  const report = await simulateBurst({
    ...{ kind: values.kind as UploadKind, arrivals, weights: weightsOf(values.weights, tenants) },
    ...{ slots: number('slots'), seconds: number('seconds'), chunks: number('chunks'), seed: number('seed') },
    ...{ deaths: number('deaths'), outOfMemory: number('out-of-memory'), percent: number('percent') },
  });
  console.log(JSON.stringify(report));
}

function weightsOf(list: string, tenants: readonly string[]): Record<string, number> {
  if (list === 'spread') return Object.fromEntries(tenants.map((tenantId, i) => [tenantId, 1 + (i % 3)]));
  const pairs = list
    .split(',')
    .filter(Boolean)
    .map((pair) => pair.split('='));
  return Object.fromEntries(pairs.map(([tenantId = '', weight]) => [tenantId, Number(weight)]));
}

await main();
