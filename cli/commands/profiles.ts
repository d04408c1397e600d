import type { ProfileList } from '../../contract/profiles/profile-api.ts';
import { apiCommand } from '../api-client.ts';
import { UsageError } from '../command.ts';
import { formatTable } from '../view.ts';

export const command = apiCommand({
  name: 'profiles',
  usage: '',
  summary: 'List the profiles, which say what is made of uploads',
  examples: ['npm run cli -- profiles', 'npm run cli -- profiles --as acme/ann'],
  options: {},
  async run(api, { positionals, json, print }) {
    if (positionals.length > 0) throw new UsageError('Expected no argument; `profile NAME` shows one.');
    const { profiles } = await api.get<ProfileList>('/profiles');
    const rows = profiles.map(({ name, title, hash, tenants, defaultFor = [], isDefault }) => [
      name,
      title,
      tenants === '*' || !tenants ? 'all' : tenants.join(', '),
      tenants ? defaultFor.join(', ') : isDefault ? 'yes' : '',
      hash.slice(0, 12),
    ]);
    print(
      json
        ? JSON.stringify({ profiles })
        : formatTable(['name', 'title', 'tenants', 'default for', 'document'], rows),
    );
    return 0;
  },
});
