import type { ImageOptions } from '../../../../media/image/render-image.ts';
import { parseProfile } from '../../../../media/profile/profile.ts';
import { render } from '../image/pictures.ts';
import { withOutput } from './changed-profile.ts';

/** Makes one output, as a profile describes it, of a picture. Returns its name and bytes, if any. */
export async function made(
  source: Buffer | string,
  output: object,
  options: Partial<ImageOptions> = {},
): Promise<{ name: string; body: Buffer; degraded: string[] }> {
  const { outputs } = parseProfile(withOutput({ name: 'hero', ...output })).image;
  const rendered = await render(source, { avif: true, ...options, outputs });
  const [[name, body] = ['nothing', Buffer.alloc(0)], ...others] = rendered.outputs;
  if (others.length > 0) throw new Error(`Expected one output, got ${rendered.names}`);
  return { name, body, degraded: rendered.degraded ?? [] };
}
