import type { Job } from './job.ts';
import { timelineAppend } from './timeline.ts';

/**
 * Write condition: only the execution that owns the row may write, and only on events since its
 * last redrive.
 */
export interface Fence {
  executionArn: string;
  /** If set, the row must not record a later redrive. */
  redriveCount?: number;
}

export interface RowUpdate {
  /** Conditions that all must hold, with the `values` that they refer to. */
  conditions: readonly string[];
  values: Record<string, unknown>;
  fence?: Fence | undefined;
  /** Attributes to set; `undefined` removes the attribute. */
  set: Partial<Job>;
  /** Number to set within an attribute, by its path, unless a larger one is there. */
  raised?: { path: readonly string[]; value: number } | undefined;
  /** Timeline entry to append, and the length of the timeline. */
  appended?: { entry: object; length: number } | undefined;
}

/** Builds the expressions of an UpdateItem on a job row. */
export function rowUpdate({ conditions, values, fence, set, raised, appended }: RowUpdate) {
  const where = [...conditions];
  const bound: Record<string, unknown> = { ...values };
  if (fence) {
    where.push('executionArn = :fenceArn');
    bound[':fenceArn'] = fence.executionArn;
    if (fence.redriveCount !== undefined) {
      where.push('redriveCount <= :fenceRedrives');
      bound[':fenceRedrives'] = fence.redriveCount;
    }
  }
  const attributes = Object.entries(set);
  const sets = attributes.filter(([, value]) => value !== undefined).map(([name]) => `#${name} = :${name}`);
  const removes = attributes.filter(([, value]) => value === undefined).map(([name]) => `#${name}`);
  for (const [name, value] of attributes) if (value !== undefined) bound[`:${name}`] = value;
  if (raised) {
    const path = raised.path.map((name) => `#${name}`).join('.');
    const parent = raised.path.slice(0, -1).map((name) => `#${name}`);
    where.push(
      `attribute_exists(${parent.join('.')})`,
      `(attribute_not_exists(${path}) OR ${path} <= :raised)`,
    );
    sets.push(`${path} = :raised`);
    bound[':raised'] = raised.value;
  }
  const timeline = appended && timelineAppend(appended);
  if (timeline) {
    sets.push(...timeline.sets);
    removes.push(...timeline.removes);
    Object.assign(bound, timeline.values);
  }
  const named = [
    ...(where.some((condition) => condition.includes('#status')) || 'status' in set ? ['status'] : []),
    ...attributes.map(([name]) => name),
    ...(raised?.path ?? []),
    ...(timeline?.names ?? []),
  ];
  const clauses = [sets.length && `SET ${sets.join(', ')}`, removes.length && `REMOVE ${removes.join(', ')}`];
  return {
    UpdateExpression: clauses.filter(Boolean).join(' '),
    ConditionExpression: where.join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(named.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: bound,
  };
}
