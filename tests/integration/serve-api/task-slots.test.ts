import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type JobApi, startApi } from '../../support/job-api.ts';

let api: JobApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.stop());

test('operators see which task slots are taken; tenants do not', async () => {
  const slotsAs = async (as: string) =>
    (await api.call('GET', '/api/media/jobs/stats', { as })).body.taskSlots;
  expect(await slotsAs('operator')).toEqual([]);
  const slot = { id: 'slots#VIDEO', tenant: 'tenant#acme', limit: 20, share: 15 };
  for (const name of ['a', 'b']) await api.deps.slots.hold(slot, name);
  await api.deps.slots.hold({ ...slot, tenant: 'tenant#globex' }, 'c');
  expect(await slotsAs('operator')).toEqual([{ kind: 'VIDEO', taken: 3, limit: 20, tenantShare: 15 }]);
  expect(await slotsAs('acme/ann')).toBeUndefined();
});
