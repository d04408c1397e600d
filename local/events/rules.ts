import type { RuleOptions } from '../cloud-options.ts';
import { substitute } from '../states/substitute.ts';
import type { Rule, Target } from './event-bus.ts';

/** Builds an event bus rule from its configuration. Throws on a schedule other than `rate(…)`. */
export function busRule(rule: RuleOptions, substitutions: Record<string, string>, deliver: Target): Rule {
  const { name } = rule;
  if ('schedule' in rule) return { name, every: milliseconds(rule.schedule), deliver };
  const pattern = JSON.parse(substitute(rule.pattern, substitutions)) as unknown;
  return { name, bus: rule.bus ?? 'default', pattern, deliver };
}

const UNITS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function milliseconds(schedule: string): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  const length = UNITS[unit];
  if (!length) throw new Error(`Expected a schedule such as rate(5 minutes), got ${schedule}`);
  return Number(count) * length;
}
