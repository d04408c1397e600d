import {
  PROFILE_DETAIL,
  PROFILE_LIST,
  PROFILE_PARAMS,
  PROFILE_REQUEST,
} from '../../../contract/profiles/profile-api.ts';
import { DEFAULT_NAME } from '../../../core/profiles/profile-documents.ts';
import type { ProfileRow, Profiles } from '../../../core/profiles/profile-entry.ts';
import { conflict, unprocessable } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { defaultView, profileView, revisionOf, visibleProfile } from '../profiles/profile-view.ts';
import { refuseExcess } from '../profiles/refuse-excess.ts';

const PATH = '/api/media/profiles';

export const listProfiles = route({
  method: 'get',
  path: PATH,
  operationId: 'listProfiles',
  summary: 'List the profiles that the caller may use; operators: all',
  access: 'caller',
  responses: { 200: { description: 'The profiles', schema: PROFILE_LIST } },
  async handle(deps, { identity }) {
    const all = await deps.profiles.read();
    const names = Object.keys(all).sort();
    const shown = names.map((name) => profileView(all, name, identity)).filter((view) => view !== undefined);
    return { status: 200, body: { profiles: [defaultView(all, identity), ...shown] } };
  },
});

export const getProfile = route({
  method: 'get',
  path: `${PATH}/{name}`,
  operationId: 'getProfile',
  summary: 'Get a profile and its document',
  access: 'caller',
  params: PROFILE_PARAMS,
  responses: { 200: { description: 'The profile', schema: PROFILE_DETAIL } },
  problems: [404],
  async handle(deps, { identity, params: { name } }) {
    const all = await deps.profiles.read();
    return { status: 200, body: await visibleProfile(deps, all, name, identity) };
  },
});

export const putProfile = route({
  method: 'put',
  path: `${PATH}/{name}`,
  operationId: 'putProfile',
  summary: 'Create or replace a profile',
  description:
    'Uploads that are admitted afterwards get it; jobs that were admitted before keep the document that they were admitted with.',
  access: 'operator',
  params: PROFILE_PARAMS,
  body: PROFILE_REQUEST,
  // A document, and twice as many tenants as there may be.
  maxBody: 192 * 1024,
  responses: { 200: { description: 'The profile as stored', schema: PROFILE_DETAIL } },
  problems: [409, 422],
  async handle(deps, { identity, params: { name }, body }) {
    refuseShipped(name);
    refuseExcess(body.document, deps.config);
    const written = {
      hash: await deps.documents.store(body.document),
      title: body.document.title,
      ...{ updatedAt: deps.now().toISOString(), updatedBy: identity.name },
    };
    const change = (profiles: Profiles) => {
      // An edited document is no reason to change who uses it.
      const { tenants = '*', defaultFor = [] } = profiles[name] ?? {};
      refuseManaged(profiles, name);
      refuseChanged(profiles, name, body.replaces);
      const row = { ...written, tenants: body.tenants ?? tenants, defaultFor: body.defaultFor ?? defaultFor };
      refuseStrangers(row);
      refuseTaken(profiles, name, row);
      return row;
    };
    const all = await deps.profiles.change(name, change).catch(tooMany);
    return { status: 200, body: await visibleProfile(deps, all, name, identity) };
  },
});

export const deleteProfile = route({
  method: 'delete',
  path: `${PATH}/{name}`,
  operationId: 'deleteProfile',
  summary: 'Delete a profile; jobs that have it keep it',
  access: 'operator',
  params: PROFILE_PARAMS,
  responses: { 204: { description: 'There is no such profile any more' } },
  problems: [409],
  async handle(deps, { params: { name } }) {
    refuseShipped(name);
    await deps.profiles.change(name, (profiles) => {
      refuseManaged(profiles, name);
      const users = profiles[name]?.defaultFor ?? [];
      if (users.length > 0)
        throw conflict(
          'profile-in-use',
          `Uploads of ${users.slice(0, 10).join(', ')}${users.length > 10 ? ' …' : ''} get it by default; give them another first.`,
        );
      return undefined;
    });
    return { status: 204 };
  },
});

function refuseShipped(name: string): void {
  if (name === DEFAULT_NAME)
    throw conflict('profile-shipped', 'The profile `default` ships with the code; choose another name.');
}

function refuseManaged(profiles: Profiles, name: string): void {
  if (Object.hasOwn(profiles, name) && profiles[name]?.managed)
    throw conflict('profile-managed', `The profile ${name} is managed by Terraform; change it there.`);
}

/** Refuses to write over what another editor has written meanwhile. */
function refuseChanged(profiles: Profiles, name: string, replaces: string | null | undefined): void {
  const row = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  const now = row ? revisionOf(row) : null;
  if (replaces === undefined || replaces === now) return;
  throw conflict(
    'profile-changed',
    row
      ? `The profile ${name} was changed meanwhile${row.managed ? '' : ` by ${row.updatedBy}`}; load it again.`
      : `The profile ${name} was deleted meanwhile.`,
  );
}

/** Tenants that get the profile by default must be able to use it. */
function refuseStrangers({ tenants, defaultFor }: ProfileRow): void {
  const stranger = tenants === '*' ? undefined : defaultFor.find((tenant) => !tenants.includes(tenant));
  if (stranger !== undefined)
    throw unprocessable(
      'tenant-not-allowed',
      'Tenant not allowed',
      `Expected every tenant of defaultFor in tenants, got ${stranger}.`,
    );
}

function refuseTaken(profiles: Profiles, name: string, { defaultFor }: ProfileRow): void {
  for (const [other, row] of Object.entries(profiles)) {
    const tenant = other !== name && row.defaultFor.find((one) => defaultFor.includes(one));
    if (tenant) throw conflict('tenant-taken', `Uploads of ${tenant} get the profile ${other} by default.`);
  }
}

function tooMany(error: unknown): never {
  throw error instanceof RangeError
    ? unprocessable('too-many-profiles', 'Too many profiles', `${error.message}.`)
    : error;
}
