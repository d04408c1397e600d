import type { WatermarkSummary } from '../../../contract/profiles/watermark-api.ts';
import type { WatermarkRows } from '../../../core/watermarks/watermark-registry.ts';
import type { Identity } from '../http/identity.ts';
import { invalid } from '../http/problem.ts';
import { tenantOf } from '../jobs/listing.ts';

/** Returns a tenant's watermark as the caller may see it; undefined if there is none. */
export function watermarkView(
  rows: WatermarkRows,
  { tenantId, name, identity }: { tenantId: string; name: string; identity: Identity },
): WatermarkSummary | undefined {
  const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
  if (!row) return undefined;
  const { updatedBy, ...shown } = row;
  return { name, tenantId, ...shown, ...(identity.role === 'operator' && { updatedBy }) };
}

/**
 * Returns the tenant whose watermarks the caller may see. Throws 403 if a caller who is not an
 * operator names another tenant, 400 if an operator names none.
 */
export function watermarkTenant(identity: Identity, asked: string | undefined): string {
  const tenantId = tenantOf(identity, asked);
  if (tenantId !== undefined) return tenantId;
  throw invalid([{ at: 'tenantId', detail: 'expected the tenant that has the watermark, got none' }]);
}
