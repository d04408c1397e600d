import type { ProfileDetail } from '../../contract/profiles/profile-api.ts';
import { apiCommand, onlyPositional } from '../api-client.ts';
import { UsageError } from '../command.ts';
import { documentIn } from '../document-in.ts';

export const command = apiCommand({
  name: 'profile',
  usage: 'NAME [--put FILE [--tenants A,B] [--default-for A,B] | --delete]',
  summary:
    "Print the document of a profile; with --put, create or replace it (operators). Without --tenants ('*': all) and --default-for, a profile keeps its users",
  examples: [
    'npm run cli -- profile default > shop.json',
    'npm run cli -- profile shop --put shop.json --tenants acme,globex --default-for acme',
    'npm run cli -- profile shop --delete',
  ],
  options: {
    put: { type: 'string' },
    tenants: { type: 'string' },
    'default-for': { type: 'string' },
    delete: { type: 'boolean' },
  },
  async run(api, context) {
    const { values, json, print } = context;
    const path = `/profiles/${encodeURIComponent(onlyPositional(context, 'name of a profile'))}`;
    if (values.put !== undefined && values.delete)
      throw new UsageError('Expected --put or --delete, got both.');
    if (values.put === undefined && (values.tenants !== undefined || values['default-for'] !== undefined))
      throw new UsageError('Expected --put with --tenants and --default-for.');
    if (values.delete) {
      await api.remove(path);
      print(json ? '{}' : 'Deleted.');
      return 0;
    }
    if (values.put === undefined) {
      const profile = await api.get<ProfileDetail>(path);
      print(json ? JSON.stringify(profile) : JSON.stringify(profile.document, null, 2));
      return 0;
    }
    const { name, hash } = await api.put<ProfileDetail>(path, {
      document: await documentIn(String(values.put)),
      tenants: values.tenants === '*' ? '*' : namesIn(values.tenants),
      defaultFor: namesIn(values['default-for']),
    });
    print(json ? JSON.stringify({ name, hash }) : `${name} is stored, document ${hash.slice(0, 12)}.`);
    return 0;
  },
});

/** Undefined if the option is not given: then the profile's users stay as they are. */
const namesIn = (list: unknown) =>
  typeof list === 'string'
    ? list
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '')
    : undefined;
