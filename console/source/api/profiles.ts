import type { ProfileDetail, ProfileList } from '../../../contract/profiles/profile-api.ts';
import type { ProfilePreview } from '../../../contract/profiles/profile-preview-api.ts';
import { call } from './client.ts';

const path = (name: string) => `/api/media/profiles/${encodeURIComponent(name)}`;

export const listProfiles = (signal?: AbortSignal) =>
  call<ProfileList>('GET', '/api/media/profiles', { signal });

export const getProfile = (name: string, signal?: AbortSignal) =>
  call<ProfileDetail>('GET', path(name), { signal });

export interface ProfileEdit {
  document: unknown;
  tenants: '*' | string[];
  defaultFor: string[];
  /** Revision that was edited; null: of a new profile. */
  replaces: string | null;
}

export const putProfile = (name: string, edit: ProfileEdit) =>
  call<ProfileDetail>('PUT', path(name), { body: edit });

export const deleteProfile = (name: string) => call<undefined>('DELETE', path(name));

/** Asks what a document, stored or not, would make of the image of a job. */
export const previewProfile = (jobId: string, document: unknown) =>
  call<ProfilePreview>('POST', '/api/media/profiles/preview', { body: { jobId, document } });
