import { readConfig } from '../../base/config.ts';
import { BOUND_SETTINGS, boundProblems } from '../../contract/profiles/profile-bounds.ts';
import { checkDocument, type ProfileProblem } from '../../contract/profiles/profile-check.ts';
import { type Command, UsageError } from '../command.ts';
import { documentIn } from '../document-in.ts';

/** Checks files without the API, as a deployment's pipeline wants it: Terraform cannot read the schema. */
export const command: Command = {
  name: 'profile-check',
  usage: 'FILE…',
  summary:
    'Check documents of profiles against the schema, and against the bounds MAX_PROFILE_* of the environment; needs no API',
  examples: [
    'npm run cli -- profile-check profiles/shop.json',
    'MAX_PROFILE_IMAGES=8 npm run cli -- profile-check profiles/*.json',
  ],
  options: {},
  async run({ positionals, json, print }) {
    if (positionals.length === 0) throw new UsageError('Expected one or more files.');
    const config = readConfig(process.env, BOUND_SETTINGS);
    const found: { file: string; problems: ProfileProblem[] }[] = [];
    for (const file of positionals) {
      const { profile, problems } = checkDocument(await documentIn(file));
      found.push({ file, problems: profile ? boundProblems(profile, config) : problems });
    }
    if (json) print(JSON.stringify({ files: found }));
    for (const { file, problems } of json ? [] : found) {
      print(problems.length === 0 ? `${file}: a profile within the bounds.` : `${file}:`);
      for (const { at, detail } of problems) print(`  ${at || 'the whole'}: ${detail}`);
    }
    return found.some(({ problems }) => problems.length > 0) ? 1 : 0;
  },
};
