import { MediaError } from '../../base/errors.ts';
import type { FrozenWatermarks } from '../../contract/work-order.ts';
import type { WatermarkRegistry } from './watermark-registry.ts';

/**
 * Returns the hashes of a tenant's watermarks by these names; undefined for no name. Throws
 * `WatermarkNotFound` if the tenant has none of a name.
 */
export async function freezeWatermarks(
  registry: WatermarkRegistry,
  tenantId: string,
  names: readonly string[],
): Promise<FrozenWatermarks | undefined> {
  if (names.length === 0) return undefined;
  const rows = await registry.read(tenantId);
  const frozen = names.map((name) => {
    const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
    if (row) return [name, row.hash] as const;
    throw new MediaError(
      'WatermarkNotFound',
      `Expected a watermark ${name} of tenant ${tenantId}, which the profile puts onto outputs, got none.`,
    );
  });
  return Object.fromEntries(frozen);
}
