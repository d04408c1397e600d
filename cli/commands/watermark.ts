import { readFile, writeFile } from 'node:fs/promises';
import type { WatermarkDetail, WatermarkSummary } from '../../contract/profiles/watermark-api.ts';
import { apiCommand, onlyPositional } from '../api-client.ts';
import { UsageError } from '../command.ts';

export const command = apiCommand({
  name: 'watermark',
  usage: 'NAME [--tenant T] [--put FILE | --save FILE | --delete]',
  summary:
    'Show a watermark of a tenant, or save its image; with --put, create or replace it by a PNG (operators, who name the tenant)',
  examples: [
    'npm run cli -- watermark logo --tenant acme --put logo.png',
    'npm run cli -- watermark logo --tenant acme --save logo.png',
    'npm run cli -- watermark logo --tenant acme --delete',
  ],
  options: {
    tenant: { type: 'string' },
    put: { type: 'string' },
    save: { type: 'string' },
    delete: { type: 'boolean' },
  },
  async run(api, context) {
    const { values, json, print } = context;
    const name = encodeURIComponent(onlyPositional(context, 'name of a watermark'));
    const tenant =
      values.tenant === undefined ? '' : `?tenantId=${encodeURIComponent(String(values.tenant))}`;
    const path = `/watermarks/${name}${tenant}`;
    const given = (['put', 'save', 'delete'] as const).filter((option) => values[option] !== undefined);
    if (given.length > 1)
      throw new UsageError(`Expected one of --put, --save and --delete, got ${given.length}.`);
    if (values.delete) {
      await api.remove(path);
      print(json ? '{}' : 'Deleted.');
      return 0;
    }
    if (values.put !== undefined) {
      const stored = await api.put<WatermarkSummary>(path, { png: await imageIn(String(values.put)) });
      print(json ? JSON.stringify(stored) : `${describe(stored)} is stored.`);
      return 0;
    }
    const { png, ...shown } = await api.get<WatermarkDetail>(path);
    if (values.save !== undefined) await writeFile(String(values.save), Buffer.from(png, 'base64'));
    print(json ? JSON.stringify({ ...shown, png }) : describe(shown));
    return 0;
  },
});

const describe = ({ name, tenantId, width, height, hash }: WatermarkSummary) =>
  `${name} of ${tenantId}, ${width} × ${height} pixels, image ${hash.slice(0, 12)}`;

async function imageIn(file: string): Promise<string> {
  return readFile(file, 'base64').catch((error: Error) => {
    throw new UsageError(`Cannot read ${file}: ${error.message}`);
  });
}
