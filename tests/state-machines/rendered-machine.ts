import { readFileSync } from 'node:fs';
import { substitutions } from '../../local/resources.ts';
import { substitute } from '../../local/states/substitute.ts';
import type { StateMachine } from './lint.ts';

/** The state machine as it runs on one machine, or with other values in place of some placeholders. */
export function renderedMachine(values: Readonly<Record<string, string>> = {}): StateMachine {
  const text = readFileSync('state-machines/media-pipeline.asl.json', 'utf8');
  return JSON.parse(substitute(text, { ...substitutions(), ...values }));
}
