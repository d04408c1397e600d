import { readFileSync } from 'node:fs';
import { substitutions } from '../../local/resources.ts';
import { substitute } from '../../local/states/substitute.ts';
import type { StateMachine } from './lint.ts';

/** A state machine as it runs on one machine, or with other values in place of some placeholders. */
export function renderedMachine(
  values: Readonly<Record<string, string>> = {},
  name: 'media-pipeline' | 'media-backfill' = 'media-pipeline',
): StateMachine {
  const text = readFileSync(`state-machines/${name}.asl.json`, 'utf8');
  return JSON.parse(substitute(text, { ...substitutions(), ...values }));
}
