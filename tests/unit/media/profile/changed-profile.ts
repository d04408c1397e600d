import type { MediaError } from '../../../../base/errors.ts';
import { parseProfile } from '../../../../media/profile/profile.ts';
import document from '../../../../profiles/default.json' with { type: 'json' };

type Members = Record<string, unknown>;

/** The default profile with a value in place of the one at a path such as `image.outputs.0.name`. */
export function changed(path: string, value: unknown): unknown {
  const profile: unknown = JSON.parse(JSON.stringify(document));
  const names = path.split('.');
  const last = names.pop() ?? '';
  const parent = names.reduce<unknown>((at, name) => (at as Members)[name], profile);
  (parent as Members)[last] = value;
  return profile;
}

export function refusal(profile: unknown): MediaError {
  try {
    parseProfile(profile);
  } catch (error) {
    return error as MediaError;
  }
  throw new Error('Expected the profile to be refused');
}

/** One image output in place of all. */
export const withOutput = (output: object) => changed('image.outputs', [output]);
