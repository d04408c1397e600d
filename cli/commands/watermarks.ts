import type { WatermarkList } from '../../contract/profiles/watermark-api.ts';
import { apiCommand } from '../api-client.ts';
import { UsageError } from '../command.ts';
import { formatTable } from '../view.ts';

export const command = apiCommand({
  name: 'watermarks',
  usage: '[--tenant T]',
  summary: 'List the watermarks of a tenant, which profiles put onto outputs',
  examples: ['npm run cli -- watermarks --tenant acme', 'npm run cli -- watermarks --as acme/ann'],
  options: { tenant: { type: 'string' } },
  async run(api, { positionals, values, json, print }) {
    if (positionals.length > 0) throw new UsageError('Expected no argument; `watermark NAME` shows one.');
    const { watermarks } = await api.get<WatermarkList>('/watermarks', { tenantId: values.tenant });
    const rows = watermarks.map(({ name, width, height, bytes, updatedAt, hash }) => [
      ...[name, `${width} × ${height}`, `${bytes}`, updatedAt, hash.slice(0, 12)],
    ]);
    print(
      json
        ? JSON.stringify({ watermarks })
        : formatTable(['name', 'pixels', 'bytes', 'updated', 'image'], rows),
    );
    return 0;
  },
});
